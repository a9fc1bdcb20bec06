// UTF-8: what is well-formed, and where a text may be cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace acta {

/// The length in bytes of the well-formed character at the start of `text`, which is not empty; 0
/// if there is none.
[[nodiscard]] constexpr std::size_t utf8_sequence(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool surrogate = lead == 0xed && at(1) >= 0xa0;
  const bool too_large = lead == 0xf4 && at(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

/// Returns whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong).
[[nodiscard]] constexpr bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

/// Returns `text`, or, if it is longer than `most_bytes`, as many whole characters as fit into them
/// and "..." behind.
[[nodiscard]] inline std::string beginning_of(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string{text};
  constexpr std::size_t most_continuations = 3;  // in a character; more of them are no UTF-8
  auto size = most_bytes;
  for (std::size_t i = 0; i < most_continuations && size > 0; ++i, --size)
    if ((static_cast<unsigned char>(text[size]) & 0xc0U) != 0x80) break;
  return std::string{text.substr(0, size)} + "...";
}

}  // namespace acta
