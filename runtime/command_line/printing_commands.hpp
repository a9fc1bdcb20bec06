// The commands by which a program describes its own command line:
//
//   source <(bank completion bash)
//   bank man | man -l -
#pragma once

#include "runtime/command_line/description.hpp"

namespace CLI {
class App;
}

namespace acta::internal {

/// Adds `completion` and `man`. They print, and end the parsing as --help does: by CLI::Success.
/// What is added to `whole` later is described too.
void add_printing_commands(CLI::App& whole, program_facts facts);

}  // namespace acta::internal
