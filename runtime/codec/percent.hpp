// Percent-encoding (RFC 3986, 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acta::internal {

/// Undoes it; nothing, if a '%' has no two hexadecimal digits behind it. Any byte may come of it.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace acta::internal
