// Where an HTTP client connects to: http and https URLs, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/model/error.hpp"

namespace acta::internal {

struct http_url {
  bool tls = false;
  std::string host;  ///< A name or an address, an IPv6 address without its brackets.
  std::uint16_t port = 80;
  std::string target = "/";  ///< Path and query.

  /// Returns HOST:PORT, as the header `Host` has it.
  [[nodiscard]] std::string authority() const;
  /// Returns "https://HOST:PORT": for people. Paths and queries may hold secrets.
  [[nodiscard]] std::string origin() const;
};

/// Reads an absolute URL. Fails (malformed) if its scheme is not http or https, it names a user or
/// has a fragment, its host is empty or its port no number from 1 to 65535, or it has a character
/// that a URL has not. The error never quotes the URL, which may hold secrets.
[[nodiscard]] result<http_url> parse_http_url(std::string_view text);

}  // namespace acta::internal
