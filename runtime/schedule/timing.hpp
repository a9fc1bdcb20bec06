// When something is due: at the minutes of a cron expression in a zone, each time an interval has
// passed, or once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"
#include "runtime/schedule/cron.hpp"
#include "runtime/schedule/zone.hpp"

namespace acta::internal {

/// Reads "15m", a whole number and one of s, m, h, d: from 1 second to 366 days. Fails (malformed,
/// `every` as the field).
[[nodiscard]] result<std::chrono::seconds> interval_of(std::string_view text);
/// Writes it in the largest unit that holds it whole.
[[nodiscard]] std::string to_interval(std::chrono::seconds length);

class timing {
public:
  [[nodiscard]] static timing by_cron(cron when, zone where) {
    return timing{calendar{when, where}};
  }
  /// Due at `since` and whole multiples of the interval.
  [[nodiscard]] static timing by_interval(timestamp since, std::chrono::seconds length) {
    return timing{steps{since, length}};
  }
  [[nodiscard]] static timing at(timestamp when) { return timing{when}; }

  /// The first due time later than `after`; nothing if there is none, or none before the year 9999.
  /// Increases with `after`: it never names an earlier time for a later `after`.
  [[nodiscard]] std::optional<timestamp> next(timestamp after) const;
  /// The last due time later than `after` and not later than `now`.
  [[nodiscard]] std::optional<timestamp> last(timestamp after, timestamp now) const;
  [[nodiscard]] bool once() const { return std::holds_alternative<timestamp>(when_); }

private:
  struct calendar {
    cron when;
    zone where;
    [[nodiscard]] std::optional<timestamp> next(timestamp after) const;
    [[nodiscard]] std::optional<timestamp> next_elapsed(sys_seconds after) const;
    [[nodiscard]] std::optional<timestamp> next_by_clock(sys_seconds after) const;
  };
  struct steps {
    timestamp since;
    std::chrono::seconds length;
    [[nodiscard]] std::optional<timestamp> next(timestamp after) const;
  };
  explicit timing(std::variant<calendar, steps, timestamp> when) : when_{when} {}

  std::variant<calendar, steps, timestamp> when_;
};

}  // namespace acta::internal
