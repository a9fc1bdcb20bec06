#include "runtime/net/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace acta::internal {

namespace {

constexpr std::chrono::seconds longest = std::chrono::days{1};

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value);
  if (digits.empty() || digits.front() == '-' || read.ptr != end) return std::nullopt;
  // A number that does not fit is larger than any wait.
  if (read.ec == std::errc::result_out_of_range) return std::numeric_limits<int>::max();
  return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

/// Reads "06 Nov 1994 08:49:37 GMT".
std::optional<std::chrono::sys_seconds> date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::string_view shape = "## ### #### ##:##:## GMT";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != '#' && shape[i] != text[i]) return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(3, 3));
  const auto day = number(text.substr(0, 2)), year = number(text.substr(7, 4)),
             hour = number(text.substr(12, 2)), minute = number(text.substr(15, 2)),
             second = number(text.substr(18, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day when{
      std::chrono::year{*year},
      std::chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
      std::chrono::day{static_cast<unsigned>(*day)}};
  // 60: a leap second.
  if (!when.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days{when} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(std::string_view value,
                                                std::chrono::system_clock::time_point now) {
  if (const auto seconds = number(value)) return std::min(std::chrono::seconds{*seconds}, longest);
  // The day of the week says nothing that the date does not.
  const auto comma = value.find(", ");
  if (comma != 3) return std::nullopt;
  const auto when = date(value.substr(comma + 2));
  if (!when) return std::nullopt;
  return std::clamp(*when - std::chrono::floor<std::chrono::seconds>(now), std::chrono::seconds{0},
                    longest);
}

}  // namespace acta::internal
