#pragma once

#include <string>

#include "runtime/command_line/description.hpp"

namespace acta::internal {

/// Returns the manual page of a program, section 1, in the man macros of roff. It names every
/// command and option, and has no date: the same program prints the same page.
[[nodiscard]] std::string man_page(const program_description& program);

}  // namespace acta::internal
