#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace acta::testing {

namespace {

std::string text_of(const http_request& what) {
  std::string text = what.method + " " + what.target + " HTTP/1.1\r\nHost: " + what.host + "\r\n";
  if (!what.traceparent.empty()) text += "traceparent: " + what.traceparent + "\r\n";
  if (!what.idempotency_key.empty()) text += "Idempotency-Key: " + what.idempotency_key + "\r\n";
  if (!what.body.empty() || what.method == "POST")
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(what.body.size()) +
        "\r\n";
  return text + "\r\n" + what.body;
}

/// A field's value, as far as the header has it; its name in lower case.
std::string field(const std::string& lower_case_header, const std::string& name) {
  const auto at = lower_case_header.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  const auto from = lower_case_header.find_first_not_of(' ', at + name.size() + 3);
  return lower_case_header.substr(from, lower_case_header.find("\r\n", from) - from);
}

}  // namespace

http_client::http_client(http_client&& other) noexcept
    : port_{other.port_},
      socket_{std::exchange(other.socket_, -1)},
      received_{std::move(other.received_)} {}

http_client::~http_client() { disconnect(); }

std::optional<http_response> http_client::ask(const http_request& what) {
  std::optional<http_response> got;
  if (connect() && send_all(text_of(what))) got = read_response();
  if (!got) disconnect();
  return got;
}

bool http_client::connect() {
  if (socket_ >= 0) return true;
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // A server that hangs must fail the test, not hold it.
  const timeval bound{30, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port_);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

void http_client::disconnect() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  received_.clear();
}

bool http_client::send_all(const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    // Without SIGPIPE: that the server is gone is what some tests are about.
    const auto n = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

bool http_client::receive_more() {
  std::array<char, 16 * 1024> buffer{};
  const auto n = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (n <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(n));
  return true;
}

std::optional<http_response> http_client::read_response() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!receive_more()) return std::nullopt;
  auto header = received_.substr(0, end + 2);
  std::transform(header.begin(), header.end(), header.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto length = field(header, "content-length");
  if (header.rfind("http/1.1 ", 0) != 0 || length.empty()) return std::nullopt;
  const auto size = end + 4 + std::stoul(length);
  while (received_.size() < size)
    if (!receive_more()) return std::nullopt;
  http_response got{std::stoi(header.substr(9)), received_.substr(end + 4, size - end - 4)};
  received_.erase(0, size);
  // The server said that it takes no more on this connection.
  if (field(header, "connection") == "close") disconnect();
  return got;
}

}  // namespace acta::testing
