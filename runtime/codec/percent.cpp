#include "runtime/codec/percent.hpp"

#include <charconv>

namespace acta::internal {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      made += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto* digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
      return std::nullopt;
    made += static_cast<char>(byte);
    i += 2;
  }
  return made;
}

}  // namespace acta::internal
