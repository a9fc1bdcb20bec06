// Values as text for people: in the messages of failed tests, and nowhere else. Not a format.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>

#include "actors/base/utf8.hpp"
#include "actors/model/inspect.hpp"

namespace acta {

namespace detail {

/// The shortest digits that lead back to the same double.
inline std::string shortest(double value) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  return {digits, end};
}

inline std::string hexadecimal(const bytes& value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string made = "0x";
  for (const auto byte : value) {
    made += digits[std::to_integer<unsigned>(byte) >> 4];
    made += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return made;
}

/// Within quotes, with what would end them, or a line, and what is not UTF-8 escaped.
inline std::string quoted(std::string_view value) {
  std::string made = "\"";
  while (!value.empty()) {
    const auto byte = static_cast<unsigned char>(value[0]);
    const auto length = utf8_sequence(value);
    if (byte == '"' || byte == '\\') {
      made += {'\\', value[0]};
    } else if (length == 0 || byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      made += escape;
    } else {
      made += value.substr(0, length);
    }
    value.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return made + '"';
}

/// As in RFC 3339, to the microsecond if there is a part of a second. Times beyond the years 0 to
/// 9999, which it cannot write, are a count of microseconds.
inline std::string time_text(timestamp value) {
  using namespace std::chrono;
  const auto count = value.time_since_epoch().count();
  constexpr std::int64_t first = -62'167'219'200'000'000;   // 0000-01-01
  constexpr std::int64_t beyond = 253'402'300'800'000'000;  // 10000-01-01
  if (count < first || count >= beyond) return std::to_string(count) + " us";
  const auto day = floor<days>(value);
  const year_month_day date{day};
  const hh_mm_ss time{value - day};
  char made[48];
  auto size = std::snprintf(
      made, sizeof made, "%04d-%02u-%02uT%02d:%02d:%02d", int{date.year()}, unsigned{date.month()},
      unsigned{date.day()}, static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string text{made, static_cast<std::size_t>(size)};
  if (const auto part = time.subseconds().count(); part != 0) {
    size = std::snprintf(made, sizeof made, ".%06d", static_cast<int>(part));
    text.append(made, static_cast<std::size_t>(size));
  }
  return text + "Z";
}

}  // namespace detail

/// Writes `{minor_units: 5, reference: "salary"}`. Saving only.
class text_writer final : public visitor {
public:
  [[nodiscard]] bool loading() const override { return false; }

  bool boolean(bool& value) override { return put(value ? "true" : "false"); }
  bool signed_integer(std::int64_t& value, int) override { return put(std::to_string(value)); }
  bool unsigned_integer(std::uint64_t& value, int) override { return put(std::to_string(value)); }
  bool real(double& value) override { return put(detail::shortest(value)); }
  bool text(std::string& value) override { return put(detail::quoted(value)); }
  bool binary(bytes& value) override { return put(detail::hexadecimal(value)); }
  bool time(timestamp& value) override { return put(detail::time_text(value)); }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    return put(names[index]);
  }

  bool begin_optional(bool& present) override { return present || put("nothing"); }
  bool end_optional() override { return true; }
  bool begin_list(std::size_t&) override { return open('['); }
  bool end_list() override { return close(']'); }
  bool begin_map(std::size_t&) override { return open('{'); }
  bool map_key(std::string& key) override { return put(detail::quoted(key)) && follow(": "); }
  bool end_map() override { return close('}'); }
  bool begin_object(std::size_t) override { return open('{'); }
  field_state begin_field(std::string_view name, bool) override {
    return put(name) && follow(": ") ? field_state::present : field_state::failed;
  }
  bool end_field() override { return true; }
  bool end_object() override { return close('}'); }

  [[nodiscard]] const std::string& written() const { return written_; }

private:
  /// Writes an element, after a comma unless it is the first of its kind.
  bool put(std::string_view what) {
    if (comma_) written_ += ", ";
    written_ += what;
    return comma_ = true;
  }
  bool follow(std::string_view what) {
    written_ += what;
    comma_ = false;
    return true;
  }
  bool open(char bracket) {
    put({&bracket, 1});
    comma_ = false;
    return true;
  }
  bool close(char bracket) {
    written_ += bracket;
    return comma_ = true;
  }

  std::string written_;
  bool comma_ = false;
};

template <class T>
[[nodiscard]] std::string to_text(T value) {
  text_writer writer;
  return visit(writer, value) ? writer.written() : "(" + writer.reason() + ")";
}

}  // namespace acta
