// What every visitor of a codec refuses, so that what one writes the others can read.
#pragma once

#include <cstddef>

namespace acta::internal {

/// Most objects within one another, and most levels of a value that is skipped. A type that
/// contains itself could otherwise be nested until the stack ends.
inline constexpr std::size_t max_nesting = 64;

/// Most lists and objects within one another in JSON text. More than max_nesting, since lists and
/// maps lie between the objects of a type that contains itself.
inline constexpr std::size_t max_json_nesting = 4 * max_nesting;

inline constexpr const char* nested_too_deeply = "is nested too deeply";

}  // namespace acta::internal
