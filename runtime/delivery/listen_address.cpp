#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "runtime/delivery/http_server.hpp"

namespace acta::internal {

namespace asio = boost::asio;

result<http_options> listen_address(std::string_view text) {
  const auto wrong = [&](const char* why) {
    return error{
        errc::malformed, "'" + std::string{text} + "' is no HOST:PORT: " + why, {}, "listen"};
  };
  http_options made;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("there is no ':'");
  const auto port = text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), made.port);
  if (read.ec != std::errc{} || read.ptr != port.data() + port.size())
    return wrong("the port is no number from 0 to 65535");
  made.host = text.substr(0, colon);
  if (made.host == "localhost") made.host = "127.0.0.1";
  const bool bracketed =
      made.host.size() > 2 && made.host.front() == '[' && made.host.back() == ']';
  if (bracketed) made.host = made.host.substr(1, made.host.size() - 2);
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(made.host, failed);
  if (failed || address.is_v6() != bracketed)
    return wrong("the host is no address like 127.0.0.1, 0.0.0.0 or [::1], nor localhost");
  return made;
}

std::string url_of(const http_options& how, std::uint16_t port) {
  const bool v6 = how.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + how.host + "]" : how.host) + ":" + std::to_string(port);
}

}  // namespace acta::internal
