// A time zone of the tz database, as the system has it. The only place that knows the library.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "actors/model/error.hpp"

namespace date {
class time_zone;
}

namespace acta::internal {

using sys_minutes = std::chrono::sys_time<std::chrono::minutes>;
using sys_seconds = std::chrono::sys_seconds;
/// What a clock on the wall shows, without saying where.
using local_minutes = std::chrono::local_time<std::chrono::minutes>;
using local_seconds = std::chrono::local_seconds;

/// Copyable. The first use in a process reads the system's tz database, which takes some
/// milliseconds; nothing is downloaded, and a database that changes is seen at the next start.
class zone {
public:
  /// Finds a zone by its name, `Europe/Zurich` or `UTC` for instance. Fails (malformed, with `zone`
  /// as the field) if the system has none of that name.
  [[nodiscard]] static result<zone> find(std::string_view name);

  /// The one instant that a local time means here: of a time that comes twice the first, and for
  /// one in a gap, when clocks go forward, the gap's end.
  [[nodiscard]] sys_seconds at(local_minutes time) const;
  /// What clocks show here.
  [[nodiscard]] local_seconds local(sys_seconds time) const;
  /// Writes the local time by the conversions of strftime(), in English.
  [[nodiscard]] std::string format(const std::string& how, sys_seconds time) const;

private:
  explicit zone(const date::time_zone* found) : found_{found} {}
  const date::time_zone* found_;
};

}  // namespace acta::internal
