#include "runtime/codec/printable.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "runtime/codec/text.hpp"

namespace acta {

namespace {

struct range {
  char32_t first;
  char32_t last;
};

/// Unicode 15: categories Cc, Cf, Zl and Zp, in order.
constexpr std::array<range, 23> hidden{{
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},
    {0x08e2, 0x08e2},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x2064},   {0x2066, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
}};

bool is_hidden(char32_t point) {
  const auto* found =
      std::lower_bound(hidden.begin(), hidden.end(), point,
                       [](const range& one, char32_t wanted) { return one.last < wanted; });
  return found != hidden.end() && found->first <= point;
}

/// `sequence` is one well-formed character.
char32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned, 5> lead_bits{0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t point = static_cast<unsigned char>(sequence[0]) & lead_bits[sequence.size()];
  for (const char next : sequence.substr(1))
    point = point << 6 | (static_cast<unsigned char>(next) & 0x3fU);
  return point;
}

void add_hexadecimal(std::string& to, const char* format, unsigned value) {
  std::array<char, 12> text{};
  const int length = std::snprintf(text.data(), text.size(), format, value);
  to.append(text.data(), static_cast<std::size_t>(length));
}

/// As JSON writes a character that it escapes: beyond U+FFFF as two halves.
void add_escaped(std::string& to, char32_t point) {
  if (point < 0x10000) return add_hexadecimal(to, "\\u%04x", point);
  add_hexadecimal(to, "\\u%04x", 0xd800 + ((point - 0x10000) >> 10));
  add_hexadecimal(to, "\\u%04x", 0xdc00 + ((point - 0x10000) & 0x3ff));
}

template <class Escapes>
std::string replaced(std::string_view text, Escapes escapes) {
  std::string made;
  made.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    const auto sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0)
      add_hexadecimal(made, "\\x%02x", static_cast<unsigned char>(text[0]));
    else if (const auto point = code_point(sequence); escapes(point))
      add_escaped(made, point);
    else
      made.append(sequence);
    text.remove_prefix(sequence.size());
  }
  return made;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  return replaced(text, [](char32_t) { return false; });
}

std::string printable(std::string_view text) { return replaced(text, is_hidden); }

std::string printable_value(std::string_view text) {
  std::string made;
  for (;;) {
    const auto backslash = text.find('\\');
    made += printable(text.substr(0, backslash));
    if (backslash == std::string_view::npos) return made;
    made += "\\\\";
    text.remove_prefix(backslash + 1);
  }
}

std::string printable_lines(std::string_view text) {
  return replaced(text, [](char32_t point) { return point != U'\n' && is_hidden(point); });
}

}  // namespace acta
