// Names of hosts, as an operator gives them.
#pragma once

#include <string_view>

namespace acta::internal {

/// True for a name that a host can have (RFC 1123, 2.1): labels of letters, digits and hyphens, of
/// 1 to 63 bytes each and 253 together, the last one not of digits alone. It may end with a dot.
/// True for an IPv4 address too, but for nothing with a port or brackets.
[[nodiscard]] bool names_host(std::string_view text);

}  // namespace acta::internal
