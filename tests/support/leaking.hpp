// For tests that throw objects whose destructors throw: the C++ library never frees the memory of
// such an object, and LeakSanitizer reports it.
#pragma once

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace acta::testing {

/// Calls `call`, and keeps what it allocates on this thread out of LeakSanitizer's report.
template <class Call>
decltype(auto) leaking(Call&& call) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler unreported;
#endif
  return call();
}

/// Throws a `Thrown` made of `arguments`.
template <class Thrown, class... Arguments>
[[noreturn]] void throw_leaking(Arguments... arguments) {
  leaking([&] { throw Thrown{arguments...}; });
  throw;  // not reached
}

}  // namespace acta::testing
