#include "runtime/schedule/timing.hpp"

#include <algorithm>
#include <array>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using namespace std::chrono;

/// The longest that a day can be waited for: 29 February comes after 8 years at most.
constexpr days longest_search{366 * 9};
constexpr timestamp last_due = sys_days{year{9'998} / 12 / 31};
constexpr seconds longest_interval = days{366};

struct unit {
  char letter;
  seconds length;
};
constexpr std::array<unit, 4> units{
    {{'d', days{1}}, {'h', hours{1}}, {'m', minutes{1}}, {'s', seconds{1}}}};

}  // namespace

result<seconds> interval_of(std::string_view text) {
  for (const auto& one : units) {
    if (text.empty() || text.back() != one.letter) continue;
    const auto number = whole_number(text.substr(0, text.size() - 1));
    const auto most = static_cast<std::uint64_t>(longest_interval / one.length);
    if (!number || *number == 0 || *number > most) break;
    return seconds{one.length * static_cast<std::int64_t>(*number)};
  }
  return error{errc::malformed,
               "'" + std::string{text} +
                   "' is no interval: a whole number and one of s, m, h and d, from 1s to 366d",
               {},
               "every"};
}

std::string to_interval(seconds length) {
  for (const auto& one : units)
    if (length % one.length == seconds{0}) return std::to_string(length / one.length) + one.letter;
  return std::to_string(length.count()) + "s";
}

std::optional<timestamp> timing::calendar::next_elapsed(sys_seconds after) const {
  // Each instant has one local time: none is met twice, and none of a gap at all.
  const auto end = after + longest_search;
  auto at = floor<minutes>(after) + minutes{1};
  while (at < end) {
    const auto local = where.local(at);
    const auto day = floor<days>(local);
    if (!when.has_day(year_month_day{sys_days{day.time_since_epoch()}})) {
      at = std::max(at + minutes{1}, ceil<minutes>(where.at(local_minutes{day + days{1}})));
      continue;
    }
    const auto minute = floor<minutes>(local - day) % hours{1} / minutes{1};
    if (when.has_minute(static_cast<unsigned>(minute))) return timestamp{at};
    at += minutes{1};
  }
  return std::nullopt;
}

std::optional<timestamp> timing::calendar::next_by_clock(sys_seconds after) const {
  // A local time that is not later than the one at `after` is due no later than it: local times in
  // their order are due in that order, also around a gap and where times come twice.
  const auto local = where.local(after);
  const auto first = floor<days>(local);
  for (auto day = first; day <= first + longest_search; day += days{1}) {
    if (!when.has_day(year_month_day{sys_days{day.time_since_epoch()}})) continue;
    for (unsigned hour = 0; hour < 24; ++hour) {
      if (!when.has_hour(hour)) continue;
      for (unsigned minute = 0; minute < 60; ++minute) {
        const local_minutes time = day + hours{hour} + minutes{minute};
        if (!when.has_minute(minute) || time <= local) continue;
        // Of a time that comes twice the first one may be over.
        if (const auto at = where.at(time); at > after) return timestamp{at};
      }
    }
  }
  return std::nullopt;
}

std::optional<timestamp> timing::calendar::next(timestamp after) const {
  const auto whole = floor<seconds>(after);
  return when.every_hour() ? next_elapsed(whole) : next_by_clock(whole);
}

std::optional<timestamp> timing::steps::next(timestamp after) const {
  if (after < since) return since + length;
  return since + ((after - since) / length + 1) * length;
}

std::optional<timestamp> timing::next(timestamp after) const {
  if (const auto* only = std::get_if<timestamp>(&when_))
    return *only > after ? std::optional{*only} : std::nullopt;
  after = std::max(after, timestamp{first_rfc3339_time});
  if (after >= last_due) return std::nullopt;
  const auto* calendar_times = std::get_if<calendar>(&when_);
  return calendar_times ? calendar_times->next(after) : std::get<steps>(when_).next(after);
}

std::optional<timestamp> timing::last(timestamp after, timestamp now) const {
  after = std::max(after, timestamp{first_rfc3339_time});
  // Back from now in steps that double, so that a year of minutes costs no more than an hour.
  std::optional<timestamp> found;
  for (microseconds back = hours{1};; back *= 2) {
    const auto from = now - back <= after ? after : now - back;
    for (auto at = next(from); at && *at <= now; at = next(*at)) found = at;
    if (found || from == after) return found;
  }
}

}  // namespace acta::internal
