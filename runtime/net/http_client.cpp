#include "runtime/net/http_client.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cassert>
#include <cerrno>
#include <optional>

#include "actors/base/longest_wait.hpp"

namespace acta::internal {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

/// A socket, and TLS on it if the server has that. What is pending on it keeps it alive.
struct link {
  link(asio::io_context& io, asio::ssl::context* secured) {
    if (secured)
      encrypted.emplace(io, *secured);
    else
      plain.emplace(io);
  }
  tcp::socket& socket() { return encrypted ? encrypted->next_layer() : *plain; }

  std::optional<asio::ssl::stream<tcp::socket>> encrypted;  // or
  std::optional<tcp::socket> plain;
  boost::beast::flat_buffer received;
};

/// One request and what came of it.
struct exchange {
  http::request<http::string_body> request;
  std::optional<http::response_parser<http::string_body>> parser;
  http_client::callback done;
};

/// Whether nothing came on an idle connection: neither its end, nor bytes that nobody asked for,
/// which would be taken for the next answer.
bool is_quiet(link& one) {
  if (one.received.size() > 0) return false;
  if (one.encrypted && SSL_pending(one.encrypted->native_handle()) > 0) return false;
  char byte = 0;
  return ::recv(one.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool same_name(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// Whether the server sent something else than HTTP, or too much of it.
bool is_no_http(const error_code& why) {
  return why.category() == make_error_code(http::error::bad_version).category() &&
         why != http::error::end_of_stream && why != http::error::partial_message;
}

}  // namespace

std::string_view http_response::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (same_name(known, name)) return value;
  return {};
}

class http_client::connection : public std::enable_shared_from_this<connection> {
public:
  connection(asio::io_context& io, http_url server, http_client_options how)
      : io_{io}, server_{std::move(server)}, how_{std::move(how)}, resolver_{io}, timer_{io} {}

  void ask(http_request&& what, std::chrono::milliseconds limit, callback&& done) {
    assert(!now_);
    // Not a reference to the member, which is reset when the exchange is over.
    const auto one = now_ = std::make_shared<exchange>();
    one->done = std::move(done);
    one->request = written(std::move(what));
    timer_.expires_after(bounded(limit));
    timer_.async_wait([self = shared_from_this(), one, limit](const error_code& ended) {
      if (!ended)
        self->fail(one, errc::unavailable,
                   "did not answer within " + std::to_string(limit.count()) + " ms");
    });
    if (link_ && is_quiet(*link_))
      send(one);
    else
      connect(one);
  }

  void cancel() {
    if (now_)
      fail(std::shared_ptr{now_}, errc::unavailable, "was not waited for");
    else
      close();
  }

  void abandon() {
    if (now_) now_->done = [](const result<http_response>&) {};
    cancel();
  }

  [[nodiscard]] std::uint64_t connections() const { return connections_; }

private:
  using exchange_ptr = std::shared_ptr<exchange>;
  using link_ptr = std::shared_ptr<link>;

  http::request<http::string_body> written(http_request&& what) const {
    http::request<http::string_body> made{http::verb::unknown, what.target, 11};
    made.method_string(what.method);
    for (const auto& [name, value] : what.headers) made.set(name, value);
    made.set(http::field::host, server_.authority());
    made.body() = std::move(what.body);
    made.prepare_payload();
    return made;
  }

  void connect(const exchange_ptr& one) {
    close();
    auto prepared = tls();
    if (!prepared)
      return asio::post(io_, [self = shared_from_this(), one, why = prepared.error().detail] {
        self->fail(one, errc::unavailable, why);
      });
    link_ = std::make_shared<link>(io_, *prepared);
    // An address needs no resolver, whose thread may hang in a query.
    error_code no_address;
    const auto address = asio::ip::make_address(server_.host, no_address);
    if (!no_address)
      return connect_to(one, tcp::resolver::results_type::create(
                                 tcp::endpoint{address, server_.port}, server_.host, ""));
    resolver_.async_resolve(server_.host, std::to_string(server_.port),
                            tcp::resolver::numeric_service,
                            [self = shared_from_this(), one](
                                const error_code& why, const tcp::resolver::results_type& found) {
                              if (!self->goes_on(one, why, "its name cannot be resolved")) return;
                              self->connect_to(one, found);
                            });
  }

  void connect_to(const exchange_ptr& one, const tcp::resolver::results_type& found) {
    asio::async_connect(link_->socket(), found,
                        [self = shared_from_this(), one, over = link_](const error_code& why,
                                                                       const tcp::endpoint&) {
                          if (!self->goes_on(one, why, "cannot be connected to")) return;
                          ++self->connections_;
                          error_code ignored;
                          over->socket().set_option(tcp::no_delay{true}, ignored);
                          if (over->encrypted)
                            self->shake_hands(one);
                          else
                            self->send(one);
                        });
  }

  void shake_hands(const exchange_ptr& one) {
    auto& stream = *link_->encrypted;
    stream.set_verify_callback(asio::ssl::host_name_verification{server_.host});
    // The name for servers that have several certificates; an address is none.
    error_code no_address;
    asio::ip::make_address(server_.host, no_address);
    if (no_address)
      SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(server_.host.c_str()));
    stream.async_handshake(asio::ssl::stream_base::client,
                           [self = shared_from_this(), one, over = link_](const error_code& why) {
                             if (self->goes_on(one, why, "cannot be trusted, or TLS failed"))
                               self->send(one);
                           });
  }

  void send(const exchange_ptr& one) {
    on_stream([&](auto& stream) {
      http::async_write(
          stream, one->request,
          [self = shared_from_this(), one, over = link_](const error_code& why, std::size_t) {
            // Who refuses a large body may answer, and close, before it has all.
            if (why && why != asio::error::broken_pipe && why != asio::error::connection_reset) {
              self->goes_on(one, why, "was lost while the request was sent");
              return;
            }
            if (self->is_current(one)) self->receive(one);
          });
    });
  }

  void receive(const exchange_ptr& one) {
    one->parser.emplace();
    one->parser->header_limit(static_cast<std::uint32_t>(how_.max_header_bytes));
    one->parser->body_limit(how_.max_body_bytes);
    if (one->request.method() == http::verb::head) one->parser->skip(true);
    on_stream([&](auto& stream) {
      http::async_read(
          stream, link_->received, *one->parser,
          [self = shared_from_this(), one, over = link_](const error_code& why, std::size_t) {
            if (self->is_current(one)) self->received(one, why);
          });
    });
  }

  void received(const exchange_ptr& one, const error_code& why) {
    if (is_no_http(why)) return fail(one, errc::malformed, "sent no HTTP: " + why.message());
    if (!goes_on(one, why, "was lost before its answer was there")) return;
    auto& answer = one->parser->get();
    // "100 Continue", "103 Early Hints": the answer is still to come.
    if (answer.result_int() / 100 == 1) return receive(one);
    http_response made;
    made.status = static_cast<int>(answer.result_int());
    for (const auto& field : answer) {
      const auto name = field.name_string();
      const auto value = field.value();
      made.headers.emplace_back(std::string{name.data(), name.size()},
                                std::string{value.data(), value.size()});
    }
    made.body = std::move(answer.body());
    if (!answer.keep_alive()) close();
    finish(one, std::move(made));
  }

  /// False: this exchange is over, or has just failed.
  bool goes_on(const exchange_ptr& one, const error_code& why, const char* what) {
    if (!is_current(one)) return false;
    if (!why) return true;
    fail(one, errc::unavailable, std::string{what} + ": " + why.message());
    return false;
  }

  [[nodiscard]] bool is_current(const exchange_ptr& one) const { return now_ == one; }

  void fail(const exchange_ptr& one, errc code, const std::string& why) {
    if (!is_current(one)) return;
    close();
    finish(one, error{code, server_.origin() + " " + why});
  }

  void finish(const exchange_ptr& one, result<http_response> outcome) {
    timer_.cancel();
    now_ = nullptr;  // `done` may ask for the next
    std::exchange(one->done, {})(std::move(outcome));
  }

  void close() {
    resolver_.cancel();
    if (!link_) return;
    error_code ignored;
    link_->socket().close(ignored);
    link_ = nullptr;
  }

  template <class Action>
  void on_stream(Action act) {
    if (link_->encrypted)
      act(*link_->encrypted);
    else
      act(*link_->plain);
  }

  /// Null: without TLS. Loading what the system trusts takes milliseconds, so it is loaded once.
  result<asio::ssl::context*> tls() {
    if (!server_.tls || tls_) return tls_ ? &*tls_ : nullptr;
    asio::ssl::context made{asio::ssl::context::tls_client};
    made.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    made.set_verify_mode(asio::ssl::verify_peer);
    error_code why;
    if (how_.authorities.empty())
      made.set_default_verify_paths(why);
    else
      made.load_verify_file(how_.authorities, why);
    if (why)
      return error{errc::unavailable,
                   "cannot be verified, as the authorities to trust cannot be "
                   "read: " +
                       why.message()};
    tls_.emplace(std::move(made));
    return &*tls_;
  }

  asio::io_context& io_;
  const http_url server_;
  const http_client_options how_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::optional<asio::ssl::context> tls_;
  link_ptr link_;
  exchange_ptr now_;
  std::uint64_t connections_ = 0;
};

result<void> check_authorities(const std::string& file) {
  asio::ssl::context unused{asio::ssl::context::tls_client};
  error_code why;
  unused.load_verify_file(file, why);
  if (why) return error{errc::malformed, why.message()};
  return {};
}

http_client::http_client(asio::io_context& io, http_url server, http_client_options how)
    : self_{std::make_shared<connection>(io, std::move(server), std::move(how))} {}

http_client::~http_client() { self_->abandon(); }

void http_client::ask(http_request what, std::chrono::milliseconds limit, callback done) {
  self_->ask(std::move(what), limit, std::move(done));
}

void http_client::cancel() { self_->cancel(); }

std::uint64_t http_client::connections() const { return self_->connections(); }

}  // namespace acta::internal
