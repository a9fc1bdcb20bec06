// A blocking HTTP/1.1 client over plain sockets: independent of the library that the server is
// built on, so that a misreading of both is not taken for an agreement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace acta::testing {

struct http_request {
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};
  std::string idempotency_key = {};
  std::string host = "127.0.0.1";
  std::string traceparent = {};
};

struct http_response {
  int status = 0;
  std::string body;
};

/// One keep-alive connection to 127.0.0.1, opened when it is first used. One thread at a time.
class http_client {
public:
  explicit http_client(std::uint16_t port) : port_{port} {}
  http_client(http_client&& other) noexcept;
  ~http_client();

  /// Sends and waits for the answer. Nothing: none came, for the connection was lost or 30 seconds
  /// passed; whether the request had an effect is not known then. The next call connects anew.
  std::optional<http_response> ask(const http_request& what);
  std::optional<http_response> get(const std::string& target) { return ask({"GET", target}); }

private:
  bool connect();
  void disconnect();
  bool send_all(const std::string& text);
  bool receive_more();
  std::optional<http_response> read_response();

  std::uint16_t port_;
  int socket_ = -1;
  std::string received_;  // and not yet taken
};

}  // namespace acta::testing
