// The load harness of the bank: see apps/load/scenarios.
#include <acta/load.hpp>

#include "apps/bank/domain/account.hpp"

int main(int argc, char** argv) { return acta::load_main<bank::account>(argc, argv); }
