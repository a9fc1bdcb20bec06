// Faults that a build for it commits on purpose, one at a time, to prove that the tests would
// notice them: tests/broken. In every other build commits() is false when it is compiled, and
// nothing of this is left.
#pragma once

#include <cstdlib>
#include <string_view>

namespace acta::internal::deliberate {

#ifdef ACTA_DELIBERATE_FAULTS
/// Whether this is the fault that the environment asks for, by ACTA_FAULT.
[[nodiscard]] inline bool commits(std::string_view fault) {
  static const char* const chosen = std::getenv("ACTA_FAULT");
  return chosen && fault == chosen;
}
#else
[[nodiscard]] constexpr bool commits(std::string_view) { return false; }
#endif

}  // namespace acta::internal::deliberate
