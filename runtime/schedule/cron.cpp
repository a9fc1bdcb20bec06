#include "runtime/schedule/cron.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

constexpr std::array<std::string_view, 12> month_names{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                       "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> weekday_names{"SUN", "MON", "TUE", "WED",
                                                        "THU", "FRI", "SAT"};

/// One of the five, and what it may hold. A name stands for `least` and its place in the list.
struct field_kind {
  const char* name;
  unsigned least;
  unsigned most;
  std::span<const std::string_view> names = {};
};
constexpr std::array<field_kind, 5> kinds{{{"minute", 0, 59},
                                           {"hour", 0, 23},
                                           {"day-of-month", 1, 31},
                                           {"month", 1, 12, month_names},
                                           {"weekday", 0, 7, weekday_names}}};

error wrong(std::string detail) { return {errc::malformed, std::move(detail), {}, "cron"}; }

error wrong(const field_kind& kind, std::string_view text, const std::string& why) {
  return wrong(std::string{"the "} + kind.name + " field is '" + std::string{text} + "': " + why);
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(by);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// The fields, between any number of blanks and tabs.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> parts;
  for (const auto half : split(text, '\t'))
    for (const auto part : split(half, ' '))
      if (!part.empty()) parts.push_back(part);
  return parts;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char one, char other) {
    return std::toupper(static_cast<unsigned char>(one)) == other;
  });
}

std::optional<unsigned> number_of(const field_kind& kind, std::string_view text) {
  for (std::size_t i = 0; i < kind.names.size(); ++i)
    if (same_letters(text, kind.names[i])) return kind.least + static_cast<unsigned>(i);
  const auto number = whole_number(text);
  if (!number || *number < kind.least || *number > kind.most) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::string range_of(const field_kind& kind) {
  return "from " + std::to_string(kind.least) + " to " + std::to_string(kind.most) +
         (kind.names.empty() ? ""
                             : " or a name from " + std::string{kind.names.front()} + " to " +
                                   std::string{kind.names.back()});
}

/// One item of a field's list; adds what it names to `into`, by number.
result<void> read_item(const field_kind& kind, std::string_view item, std::bitset<64>& into) {
  const auto slash = item.find('/');
  const auto range = item.substr(0, slash);
  const auto ends = split(range, '-');
  std::uint64_t step = 1;
  if (slash != std::string_view::npos) {
    const auto read = whole_number(item.substr(slash + 1));
    if (!read || *read == 0 || *read > kind.most)
      return wrong(kind, item, "a step is a number from 1 to " + std::to_string(kind.most));
    if (range != "*" && ends.size() != 2)
      return wrong(kind, item, "a step belongs to `*` or to a range, as in 8-18/2");
    step = *read;
  }
  unsigned first = kind.least;
  unsigned last = kind.most;
  if (range != "*") {
    if (ends.size() > 2) return wrong(kind, item, "a range has two ends");
    const auto from = number_of(kind, ends.front());
    auto to = number_of(kind, ends.back());
    for (const auto& [number, text] : {std::pair{from, ends.front()}, std::pair{to, ends.back()}})
      if (!number) return wrong(kind, item, "'" + std::string{text} + "' is not " + range_of(kind));
    // A week that ends on Sunday: SAT-SUN.
    if (kind.most == 7 && *to == 0 && *from > 0) to = 7;
    if (*from > *to) return wrong(kind, item, "the range ends before it begins");
    first = *from;
    last = *to;
  }
  for (std::uint64_t at = first; at <= last; at += step) into.set(at);
  return {};
}

result<std::bitset<64>> read_field(const field_kind& kind, std::string_view text) {
  std::bitset<64> named;
  for (const auto item : split(text, ','))
    if (auto read = read_item(kind, item, named); !read) return read.error();
  return named;
}

template <std::size_t Size>
void take(const std::bitset<64>& from, std::bitset<Size>& into) {
  for (std::size_t i = 0; i < Size; ++i) into[i] = from[i];
}

}  // namespace

result<cron> cron::parse(std::string_view text) {
  const auto fields = words(text);
  if (fields.size() != kinds.size())
    return wrong(
        "a cron expression has five fields, minute, hour, day-of-month, month and "
        "weekday; '" +
        std::string{text} + "' has " + std::to_string(fields.size()));
  std::array<std::bitset<64>, kinds.size()> named;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto read = read_field(kinds[i], fields[i]);
    if (!read) return read.error();
    named[i] = *read;
  }
  cron made;
  take(named[0], made.minutes_);
  take(named[1], made.hours_);
  take(named[2], made.days_);
  take(named[3], made.months_);
  if (named[4][7]) named[4].set(0);
  take(named[4], made.weekdays_);
  made.every_hour_ = fields[1] == "*";
  made.day_given_ = fields[2] != "*";
  made.weekday_given_ = fields[4] != "*";
  if (!made.comes_to_pass())
    return wrong(kinds[2], fields[2], "none of the months that the month field names has that day");
  return made;
}

bool cron::comes_to_pass() const {
  // Of a leap year, since 29 February is a day.
  constexpr std::array<unsigned, 13> lengths{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (weekday_given_) return true;
  for (std::size_t month = 1; month < lengths.size(); ++month)
    for (std::size_t day = 1; day <= lengths[month]; ++day)
      if (months_[month] && days_[day]) return true;
  return false;
}

bool cron::has_day(std::chrono::year_month_day day) const {
  if (!months_[unsigned{day.month()}]) return false;
  const std::chrono::weekday weekday{std::chrono::sys_days{day}};
  const bool by_day = days_[unsigned{day.day()}];
  const bool by_weekday = weekdays_[weekday.c_encoding()];
  return day_given_ && weekday_given_ ? by_day || by_weekday : by_day && by_weekday;
}

}  // namespace acta::internal
