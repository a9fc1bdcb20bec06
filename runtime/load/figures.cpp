#include "runtime/load/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "actors/base/utf8.hpp"

namespace acta::internal::load {

namespace {

/// Returns the length in bytes of the first character; of what is no UTF-8 each byte is one.
std::size_t first_of(std::string_view text) {
  return std::max<std::size_t>(1, utf8_sequence(text));
}

/// The first character that any terminal shows in two columns is U+1100, of three bytes from e1.
std::size_t columns_of_character(std::string_view character) {
  return static_cast<unsigned char>(character.front()) >= 0xe1 ? 2 : 1;
}

}  // namespace

std::string figure(double value) {
  const auto size = std::abs(value);
  const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  std::array<char, 64> text{};
  const auto length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  // More digits than fit belong to no figure of a run.
  if (length < 0 || static_cast<std::size_t>(length) >= text.size()) return "?";
  std::string digits{text.data()};
  if (decimals == 0) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string duration_figure(std::uint64_t nanoseconds) {
  const auto ns = static_cast<double>(nanoseconds);
  if (ns == 0) return "0";
  if (ns < 999'500) return figure(ns / 1e3) + " us";
  if (ns < 999'500'000) return figure(ns / 1e6) + " ms";
  return figure(ns / 1e9) + " s";
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    columns += columns_of_character(text);
    text.remove_prefix(first_of(text));
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string{text};
  if (columns == 0) return {};
  std::string beginning;
  for (std::size_t used = 1;; text.remove_prefix(first_of(text))) {
    used += columns_of_character(text);
    if (used > columns) return beginning + "~";
    beginning += text.substr(0, first_of(text));
  }
}

}  // namespace acta::internal::load
