// For tests that throw objects whose destructors throw: the C++ library never frees the memory of
// such an object, and LeakSanitizer reports it.
#pragma once

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace acta::testing {

/// Throws a `Thrown` made of `arguments`, and keeps its memory out of LeakSanitizer's report.
template <class Thrown, class... Arguments>
[[noreturn]] void throw_leaking(Arguments... arguments) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler memory_of_thrown;
#endif
  throw Thrown{arguments...};
}

}  // namespace acta::testing
