#include "runtime/delivery/site.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>
#include <charconv>

#include "runtime/delivery/host_name.hpp"

namespace acta::internal {

namespace {

namespace ip = boost::asio::ip;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string in_lower_case(std::string_view text) {
  std::string made{text};
  std::transform(made.begin(), made.end(), made.begin(), lower);
  return made;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

/// A registered name, or an IPv4 address: unreserved, escaped or sub-delims (RFC 3986, 3.2.2).
bool is_name(std::string_view text) {
  constexpr std::string_view others = "-._~!$&'()*+,;=";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || others.find(c) != others.npos)
      continue;
    if (c != '%' || i + 2 >= text.size() || !is_hexadecimal(text[i + 1]) ||
        !is_hexadecimal(text[i + 2]))
      return false;
    i += 2;
  }
  return !text.empty();
}

/// Nothing, or ":" and perhaps a number to 65535.
bool is_port(std::string_view text) {
  if (text.empty() || text == ":") return true;
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  return text.front() == ':' && is_digit(text[1]) &&
         std::from_chars(text.data() + 1, end, port).ptr == end &&
         std::from_chars(text.data() + 1, end, port).ec == std::errc{};
}

/// The address within brackets. A zone (RFC 6874) means something on its own machine only.
bool is_ipv6(std::string_view text) {
  boost::system::error_code failed;
  ip::make_address_v6(std::string{text}, failed);
  return !failed && text.find('%') == text.npos;
}

bool is_address(const std::string& host) {
  boost::system::error_code failed;
  if (host.starts_with('[')) return true;
  ip::make_address_v4(host, failed);
  return !failed;
}

bool is_loopback(const std::string& address) {
  boost::system::error_code failed;
  auto read = ip::make_address(address, failed);
  if (failed) return false;
  if (read.is_v6() && read.to_v6().is_v4_mapped())
    read = ip::make_address_v4(ip::v4_mapped, read.to_v6());
  return read.is_loopback();
}

}  // namespace

std::optional<std::string> host_in(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos || !is_ipv6(authority.substr(1, end - 1)) ||
        !is_port(authority.substr(end + 1)))
      return {};
    return in_lower_case(authority.substr(0, end + 1));
  }
  const auto colon = std::min(authority.find(':'), authority.size());
  auto name = authority.substr(0, colon);
  if (!is_name(name) || !is_port(authority.substr(colon))) return {};
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty()) return {};
  return in_lower_case(name);
}

std::size_t scheme_bytes(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  return in_lower_case(target.substr(0, scheme.size())) == scheme ? scheme.size() : 0;
}

std::string authority_of(std::string_view target, std::string_view host_header) {
  const auto scheme = scheme_bytes(target);
  if (scheme == 0) return std::string{host_header};
  target.remove_prefix(scheme);
  return std::string{target.substr(0, target.find_first_of("/?"))};
}

site::site(const std::string& address, const std::vector<std::string>& names)
    : takes_all_{names.empty() && !is_loopback(address)} {
  for (const auto& name : names)
    if (auto host = host_in(name)) names_.push_back(*std::move(host));
}

bool site::has(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

result<void> site::takes(const http_call& call) const {
  const auto authority = authority_of(call.target, call.header("host"));
  if (takes_all_ || authority.empty()) return {};
  const auto host = host_in(authority);
  if (host && (is_address(*host) || *host == "localhost" || has(*host))) return {};
  return error{errc::malformed, "'" + host.value_or(authority) +
                                    "' is no name of this service: start it with --host " +
                                    (host && names_host(*host) ? *host : "NAME") +
                                    " if it should be"};
}

bool site::is_foreign(const http_call& call) const {
  const auto origin = call.header("origin");
  if (origin.empty()) return false;
  for (const std::string_view page : {"http://", "https://"}) {
    if (!origin.starts_with(page)) continue;
    const auto own = in_lower_case(authority_of(call.target, call.header("host")));
    const auto authority = in_lower_case(std::string_view{origin}.substr(page.size()));
    const auto host = host_in(authority);
    return !host || (authority != own && !has(*host));
  }
  return true;
}

}  // namespace acta::internal
