#include "runtime/codec/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace acta {

namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Reads exactly `digits` digits at `at`.
std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  if (text.size() < at + digits) return std::nullopt;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Takes a fraction of a second from the front of `text`: microseconds, 0 if there is none. What is
/// finer is cut off.
std::optional<int> take_fraction_us(std::string_view& text) {
  if (!text.starts_with('.')) return 0;
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  const auto digits = text.substr(1, end - 1);
  text.remove_prefix(end);
  if (digits.empty()) return std::nullopt;
  const auto kept = std::min<std::size_t>(digits.size(), 6);
  auto value = number(digits, 0, kept);
  for (auto i = kept; i < 6; ++i) *value *= 10;
  return value;
}

/// Reads how far a local time is ahead of UTC: "Z", or hours and minutes as in "-03:30".
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes{0};
  const auto hours = number(text, 1, 2), minutes = number(text, 4, 2);
  if (!hours || !minutes || text.size() != 6 || text[3] != ':') return std::nullopt;
  if ((text[0] != '+' && text[0] != '-') || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead{*hours * 60 + *minutes};
  return text[0] == '-' ? -ahead : ahead;
}

}  // namespace

std::string to_utf8(std::string_view text) {
  std::string made;
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    made += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return made;
}

std::string to_rfc3339(timestamp time) {
  time = std::clamp(time, first_rfc3339_time, last_rfc3339_time);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 48> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string to_expanded_rfc3339(timestamp time) {
  if (has_rfc3339(time)) return to_rfc3339(time);
  // The years of <chrono> have 16 bits, too few for these. But the calendar repeats after 400
  // years.
  constexpr std::chrono::microseconds cycle = std::chrono::days{146'097};
  const auto since = time.time_since_epoch();
  const auto text = to_rfc3339(timestamp{since % cycle});
  const auto year = since / cycle * 400 + std::stoi(text.substr(0, 4));
  std::array<char, 32> expanded{};
  const int length =
      std::snprintf(expanded.data(), expanded.size(), "%+07lld", static_cast<long long>(year));
  return std::string{expanded.data(), static_cast<std::size_t>(length)} + text.substr(4);
}

std::optional<timestamp> from_rfc3339(std::string_view text) {
  const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2),
             hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return {};
  const bool shaped = text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
                      text[13] == ':' && text[16] == ':';
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!shaped || !date.ok() || *hour > 23 || *minute > 59 || *second > 59) return {};
  auto rest = text.substr(19);
  const auto us = take_fraction_us(rest);
  const auto ahead = offset_of(rest);
  if (!us || !ahead) return {};
  const timestamp time = std::chrono::sys_days{date} + std::chrono::hours{*hour} +
                         std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
                         std::chrono::microseconds{*us} - *ahead;
  return has_rfc3339(time) ? std::optional{time} : std::nullopt;
}

std::string to_text(std::chrono::duration<double> length) {
  std::array<char, 48> text{};
  const auto print = [&text](const char* format, auto... values) {
    const int size = std::snprintf(text.data(), text.size(), format, values...);
    return std::string{text.data(), static_cast<std::size_t>(size)};
  };
  const double seconds = length.count();
  // Where rounding would reach the next of them, it is the next.
  if (seconds < 0.995) return print("%.2f s", seconds);
  if (seconds < 9.95) return print("%.1f s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 60) return print("%lld s", whole);
  if (whole < 3600) return print("%lld min %lld s", whole / 60, whole % 60);
  return print("%lld h %lld min", whole / 3600, whole % 3600 / 60);
}

std::string to_base64(std::span<const std::byte> input) {
  std::string text;
  text.reserve((input.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < input.size(); i += 3) {
    const auto left = std::min<std::size_t>(3, input.size() - i);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < left ? std::to_integer<unsigned>(input[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= left ? base64_digits[(group >> (18 - 6 * j)) & 63] : '=';
  }
  return text;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional{value} : std::nullopt;
}

std::optional<bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes output;
  unsigned group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pad = i >= text.size() - padding;
    const auto digit = pad ? 0 : base64_digits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    group = group << 6 | static_cast<unsigned>(digit);
    if (i % 4 != 3) continue;
    const std::size_t count = i + 1 == text.size() ? 3 - padding : 3;
    // Bits beyond the last byte must be zero: one value has one text.
    if ((group & ((1U << (8 * (3 - count))) - 1)) != 0) return std::nullopt;
    for (std::size_t j = 0; j < count; ++j)
      output.push_back(static_cast<std::byte>(group >> (16 - 8 * j) & 0xff));
    group = 0;
  }
  return output;
}

}  // namespace acta
