#pragma once

#include "runtime/command_line/description.hpp"

namespace CLI {
class App;
}

namespace acta::internal {

/// Describes a command line with its commands, in the order of --help and as far as --help shows
/// them.
[[nodiscard]] command_description describe_command_line(const CLI::App& whole);

}  // namespace acta::internal
