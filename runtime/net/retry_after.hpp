// How long a server asks its client to wait.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace acta::internal {

/// Reads the value of `Retry-After` (RFC 9110, 10.2.3): seconds, or a date as "Sun, 06 Nov 1994
/// 08:49:37 GMT", from which `now` is subtracted. A date that has passed is 0. Nothing, if it is
/// neither. At most a day: what is longer, a server has miscalculated.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(
    std::string_view value, std::chrono::system_clock::time_point now);

}  // namespace acta::internal
