// Which texts may name something new.
#pragma once

#include <string_view>

#include "actors/base/utf8.hpp"

namespace acta::internal {

/// True if `text` may name something new: it is UTF-8 and has no control character (Unicode's Cc:
/// U+0000 to U+001F, U+007F to U+009F). A terminal may obey a control character, and no reader can
/// see it; what is not UTF-8 cannot be shown at all. An aggregate refuses any other id when it has
/// no event yet, and any other command id when that is new; earlier versions took some of them, and
/// what they stored is served.
[[nodiscard]] constexpr bool fits_a_new_name(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x20 || first == 0x7f) return false;
    const auto length = utf8_sequence(text);
    if (length == 0) return false;
    if (first == 0xc2 && static_cast<unsigned char>(text[1]) <= 0x9f) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace acta::internal
