// What every visitor of a codec refuses, so that what one writes the others can read.
#pragma once

#include <cstddef>

namespace acta {

/// Most objects within one another, and most levels of a value that is skipped. A type that
/// contains itself could otherwise be nested until the stack ends.
inline constexpr std::size_t max_nesting = 64;

inline constexpr const char* nested_too_deeply = "is nested too deeply";

}  // namespace acta
