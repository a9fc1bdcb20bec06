// The shortest service: all that a user adds to a domain.
#include <acta/main.hpp>
#include <acta/text.hpp>

int main(int argc, char** argv) { return acta::main<>(argc, argv); }
