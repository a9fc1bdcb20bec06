#include "runtime/net/http_url.hpp"

#include <algorithm>
#include <charconv>

namespace acta::internal {

namespace {

error wrong(std::string why) { return {errc::malformed, std::move(why)}; }

bool takes(std::string_view& text, std::string_view prefix) {
  const bool begins = text.size() >= prefix.size() &&
                      std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
                        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
                      });
  if (begins) text.remove_prefix(prefix.size());
  return begins;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

/// Characters of names and of addresses.
bool is_of_host(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_' || c == ':';
}

result<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || port == 0)
    return wrong("its port is no number from 1 to 65535");
  return port;
}

}  // namespace

std::string http_url::authority() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string http_url::origin() const { return (tls ? "https://" : "http://") + authority(); }

result<http_url> parse_http_url(std::string_view text) {
  http_url made;
  made.tls = takes(text, "https://");
  if (!made.tls && !takes(text, "http://"))
    return wrong("it does not begin with http:// or https://");
  if (!std::all_of(text.begin(), text.end(), is_visible))
    return wrong("it has a blank, a control character or one that is not ASCII");
  if (text.find('#') != std::string_view::npos) return wrong("it has a fragment");
  auto authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  if (!text.empty()) made.target = (text.front() == '?' ? "/" : "") + std::string{text};
  if (authority.find('@') != std::string_view::npos)
    return wrong("it names a user: credentials belong into a header");

  const bool six = authority.starts_with('[');
  const auto end = six ? authority.find(']') : authority.find(':');
  if (six && end == std::string_view::npos) return wrong("its host has no closing bracket");
  made.host = six ? authority.substr(1, end - 1) : authority.substr(0, end);
  authority.remove_prefix(std::min(end + (six ? 1 : 0), authority.size()));
  if (made.host.empty() || !std::all_of(made.host.begin(), made.host.end(), is_of_host))
    return wrong("it has no host, or one that is no name");

  made.port = made.tls ? 443 : 80;
  if (authority.empty()) return made;
  if (authority.front() != ':') return wrong("what follows its host is no port");
  auto port = port_of(authority.substr(1));
  if (!port) return port.error();
  made.port = *port;
  return made;
}

}  // namespace acta::internal
