// An asynchronous HTTP/1.1 client: one connection to one server, http or https, kept alive between
// requests.
//
//   boost::asio::io_context io;
//   http_client client{io, *parse_http_url("https://collector:4318")};
//   client.ask({"POST", "/v1/traces", {}, body}, 10s, [](result<http_response> answer) { ... });
//   io.run();
//
// All of a client happens on the thread that runs `io`: whoever needs many connections makes many
// clients on one io_context.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/net/http_url.hpp"

namespace acta::internal {

using http_headers = std::vector<std::pair<std::string, std::string>>;

struct http_request {
  std::string method = "GET";
  std::string target = "/";
  http_headers headers = {};  ///< Beside Host, Connection and Content-Length.
  std::string body = {};
};

struct http_response {
  int status = 0;
  http_headers headers = {};
  std::string body = {};

  /// Returns the first header of this name, in any case of letters; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct http_client_options {
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;
  /// A PEM file with the authorities to trust; empty: those of the system, or of SSL_CERT_FILE.
  std::string authorities = {};
};

/// Fails (malformed) unless `file` is a PEM file with at least one authority.
[[nodiscard]] result<void> check_authorities(const std::string& file);

class http_client {
public:
  using callback = std::function<void(result<http_response>)>;

  /// `io` outlives the client. Connects to nobody yet.
  http_client(boost::asio::io_context& io, http_url server, http_client_options how = {});
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;
  /// As cancel(), and calls nobody.
  ~http_client();

  /// Sends a request, on the connection that is open or on a new one, and passes the answer to
  /// `done`, once, from within `io`. One request at a time. `limit` is for all of it: name,
  /// connection, TLS, request and answer.
  ///
  /// An answer of any status is an answer; redirects are not followed. Errors: (unavailable) if
  /// nobody answered: no such name, no connection, a certificate that is not the server's, a
  /// connection that was lost, no time left; nobody knows then what the server has done.
  /// (malformed) if what came is no HTTP, or too long. The connection is closed after an error. No
  /// error quotes the target, a header or a body.
  void ask(http_request what, std::chrono::milliseconds limit, callback done);

  /// Ends the request that is under way with (unavailable), and closes the connection.
  void cancel();

  /// How many connections were made so far.
  [[nodiscard]] std::uint64_t connections() const;

private:
  class connection;
  std::shared_ptr<connection> self_;
};

}  // namespace acta::internal
