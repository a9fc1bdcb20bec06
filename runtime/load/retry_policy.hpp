// When an operation is sent again.
#pragma once

#include <chrono>

namespace acta::internal::load {

/// An operation whose answer says that it may succeed later is sent again, with the same command
/// id, `times` times at most. The first time `after` the answer; the pause doubles each time.
struct retry_policy {
  unsigned times = 0;
  std::chrono::nanoseconds after{std::chrono::milliseconds{100}};
};

}  // namespace acta::internal::load
