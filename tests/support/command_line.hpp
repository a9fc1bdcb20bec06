// A program's command line, called as its main() calls it.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/application.hpp"

namespace acta::testing {

/// Runs `app` with these arguments, which follow its name; returns its exit code.
inline int run(application& app, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "program");
  std::vector<char*> raw;
  for (auto& one : arguments) raw.push_back(one.data());
  return app.run(static_cast<int>(raw.size()), raw.data());
}

}  // namespace acta::testing
