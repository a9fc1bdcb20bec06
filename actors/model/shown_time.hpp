// Which times every way out can show.
#pragma once

#include "actors/model/identifiers.hpp"

namespace acta {

/// The first and the last time that RFC 3339 can write: its years have four digits.
inline constexpr timestamp first_rfc3339_time = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
inline constexpr timestamp last_rfc3339_time =
    std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - std::chrono::microseconds{1};

/// Returns true if RFC 3339 can write `time`.
[[nodiscard]] constexpr bool has_rfc3339(timestamp time) {
  return first_rfc3339_time <= time && time <= last_rfc3339_time;
}

}  // namespace acta
