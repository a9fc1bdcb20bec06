#include "runtime/delivery/amqp/amqp_url.hpp"

#include "runtime/codec/percent.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

constexpr const char* certificates_of_debian = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::uint64_t longest_heartbeat_s = 600;

error malformed(std::string detail) { return {errc::malformed, std::move(detail), {}, "url"}; }

result<std::string> decoded(std::string_view text, const char* part) {
  auto made = percent_decoded(text);
  if (!made) return malformed(std::string{part} + " has a % that no two hex digits follow");
  if (made->find('\0') != std::string::npos)
    return malformed(std::string{part} + " has a zero byte");
  return *std::move(made);
}

/// Takes what is before the first `separator` off `text`; all of it if there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return taken;
}

result<void> read_user(amqp_url& made, std::string_view text) {
  auto user = decoded(take_until(text, ':'), "the user");
  if (!user) return user.error();
  auto password = decoded(text, "the password");
  if (!password) return password.error();
  if (user->empty()) return malformed("the user is empty");
  made.user = *std::move(user);
  made.password = *std::move(password);
  return {};
}

result<void> read_address(amqp_url& made, std::string_view text) {
  std::string_view host;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return malformed("the host has no ] at its end");
    host = text.substr(1, end - 1);
    text = text.substr(end + 1);
    if (!text.empty() && text.front() != ':') return malformed("after ] comes : and the port");
    if (!text.empty()) text.remove_prefix(1);
  } else {
    host = take_until(text, ':');
  }
  auto name = decoded(host, "the host");
  if (!name) return name.error();
  if (name->empty()) return malformed("there is no host");
  made.host = *std::move(name);
  made.port = made.tls ? 5671 : 5672;
  if (text.empty()) return {};
  const auto port = whole_number(text);
  if (!port || *port == 0 || *port > 65'535)
    return malformed("the port must be a whole number from 1 to 65535");
  made.port = static_cast<std::uint16_t>(*port);
  return {};
}

result<void> read_parameter(amqp_url& made, std::string_view text) {
  const auto name = take_until(text, '=');
  auto value = decoded(text, "a parameter");
  if (!value) return value.error();
  const bool of_tls = name == "cacertfile" || name == "certfile" || name == "keyfile";
  if (of_tls && !made.tls) return malformed(std::string{name} + " goes with amqps:// only");
  if (name == "cacertfile")
    made.ca_file = *std::move(value);
  else if (name == "certfile")
    made.certificate_file = *std::move(value);
  else if (name == "keyfile")
    made.key_file = *std::move(value);
  else if (name == "heartbeat") {
    const auto seconds = whole_number(*value);
    if (!seconds || *seconds == 0 || *seconds > longest_heartbeat_s)
      return malformed("heartbeat must be a whole number of seconds from 1 to 600");
    made.heartbeat = std::chrono::seconds{*seconds};
  } else {
    return malformed("it has a parameter that is none of cacertfile, certfile, keyfile, heartbeat");
  }
  return {};
}

}  // namespace

std::string amqp_url::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return std::string{tls ? "amqps" : "amqp"} + "://" + printable(user) + "@" + (v6 ? "[" : "") +
         printable(host) + (v6 ? "]" : "") + ":" + std::to_string(port) +
         (vhost.starts_with('/') ? "" : "/") + printable(vhost);
}

result<amqp_url> read_amqp_url(std::string_view text) {
  amqp_url made;
  made.user = made.password = "guest";
  made.vhost = "/";
  if (text.starts_with("amqps://"))
    made.tls = true;
  else if (!text.starts_with("amqp://"))
    return malformed("it must begin with amqp:// or amqps://");
  text.remove_prefix(made.tls ? 8 : 7);
  if (made.tls) made.ca_file = certificates_of_debian;
  auto parameters = text;
  text = take_until(parameters, '?');
  auto path = text;
  auto authority = take_until(path, '/');
  // A password may hold an @ that somebody forgot to encode; a host cannot.
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto good = read_user(made, authority.substr(0, at)); !good) return good.error();
    authority.remove_prefix(at + 1);
  }
  // After a / in a password, the rest of the password and the host would be the virtual host.
  if (path.find('@') != std::string_view::npos)
    return malformed(
        "there is an @ after the host; in user, password and virtual host a / is written %2F and "
        "an @ %40");
  if (auto good = read_address(made, authority); !good) return good.error();
  if (path.find('/') != std::string_view::npos)
    return malformed("a / within the virtual host is written %2F");
  auto vhost = decoded(path, "the virtual host");
  if (!vhost) return vhost.error();
  if (!vhost->empty()) made.vhost = *std::move(vhost);
  while (!parameters.empty())
    if (auto good = read_parameter(made, take_until(parameters, '&')); !good) return good.error();
  if (made.certificate_file.empty() != made.key_file.empty())
    return malformed("certfile and keyfile go together");
  return made;
}

}  // namespace acta::internal
