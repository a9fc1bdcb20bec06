// A whole service in one line:
//   int main(int argc, char** argv) { return acta::main<account>(argc, argv); }
#pragma once

#include "runtime/cli/application.hpp"

namespace acta {

/// Runs an application that hosts these aggregates; returns its exit code.
template <class... Aggregates>
int main(int argc, char** argv) {
  application app{argc > 0 ? std::filesystem::path{argv[0]}.filename().string() : "acta",
                  "An event-sourced service."};
  (app.host<Aggregates>(), ...);
  return app.run(argc, argv);
}

}  // namespace acta
