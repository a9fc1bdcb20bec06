// Which texts may name something new.
#pragma once

#include <string_view>

namespace acta {

/// True if `text`, in UTF-8, has a control character (Unicode's Cc: U+0000 to U+001F, U+007F to
/// U+009F). A terminal may obey one, and no reader can see it. An aggregate refuses such an id when
/// it has no event yet, and such a command id when it is new; earlier versions took those beyond
/// ASCII, and what they stored is served.
[[nodiscard]] constexpr bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte != 0xc2 || i + 1 == text.size()) continue;
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (next >= 0x80 && next <= 0x9f) return true;
  }
  return false;
}

}  // namespace acta
