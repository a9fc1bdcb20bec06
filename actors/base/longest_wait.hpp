// Waits that a clock can count. `milliseconds::max()` says "never", and a clock of nanoseconds
// overflows on it: "never" would become "at once".
#pragma once

#include <algorithm>
#include <chrono>

namespace acta::internal {

/// What stands for "never". A clock counts three times as far from the start of its machine.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::years{100};

/// Returns `wait`, but not less than 0 and not more than longest_wait: for every wait that comes in
/// from outside, before a clock's time is added to it.
[[nodiscard]] constexpr std::chrono::milliseconds bounded(std::chrono::milliseconds wait) {
  return std::clamp(wait, std::chrono::milliseconds{0}, longest_wait);
}

}  // namespace acta::internal
