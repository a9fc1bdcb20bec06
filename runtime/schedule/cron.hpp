// A cron expression: which minutes of a calendar it names. Pure; zones are in zone.hpp.
//
//   minute  hour  day-of-month  month  weekday
//   0       6     *             *      MON-FRI      06:00 on working days
//   */15    *     *             *      *            every quarter of an hour
//   0       0     1             *      *            the first minute of each month
//
// A field is `*` or a list of numbers and ranges; `*` and ranges may have a step: `*/15`, `8-18/2`.
// Months and weekdays have names too, in any case: JAN to DEC, SUN to SAT. 7 is Sunday, as 0 is. If
// day-of-month and weekday are both given, which means that neither is `*`, a day needs only one of
// them. There are no seconds, no `L`, `#`, `W` or `?`, and no `@daily`.
#pragma once

#include <bitset>
#include <chrono>
#include <string_view>

#include "actors/model/error.hpp"

namespace acta::internal {

class cron {
public:
  /// Reads an expression. Fails (malformed, with `cron` as the field) and names the field of the
  /// expression that is wrong; also if no calendar has such a day, as 30 February.
  [[nodiscard]] static result<cron> parse(std::string_view text);

  [[nodiscard]] bool has_minute(unsigned minute) const { return minutes_[minute]; }
  [[nodiscard]] bool has_hour(unsigned hour) const { return hours_[hour]; }
  [[nodiscard]] bool has_day(std::chrono::year_month_day day) const;
  /// True if the hour is `*`: then the expression means elapsed time, and no hours of a clock.
  [[nodiscard]] bool every_hour() const { return every_hour_; }

private:
  [[nodiscard]] bool comes_to_pass() const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  bool every_hour_ = false;
  bool day_given_ = false;
  bool weekday_given_ = false;
};

}  // namespace acta::internal
