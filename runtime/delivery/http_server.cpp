#include "runtime/delivery/http_server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "runtime/delivery/problem.hpp"

namespace acta {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using request_parser = http::request_parser<http::string_body>;
using response = http::response<http::string_body>;

http_call call_from(http::request<http::string_body>& request) {
  http_call call;
  call.method = std::string{request.method_string()};
  call.target = std::string{request.target()};
  for (const auto& field : request) {
    std::string name{field.name_string()};
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    call.headers.insert_or_assign(std::move(name), std::string{field.value()});
  }
  call.body = std::move(request.body());
  return call;
}

response response_from(http_answer&& answer, unsigned version, bool keep_alive) {
  response made{static_cast<http::status>(answer.status), version};
  made.set(http::field::server, "acta");
  made.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) made.set(name, value);
  made.keep_alive(keep_alive);
  made.body() = std::move(answer.body);
  made.prepare_payload();
  return made;
}

/// What a request that cannot be read is answered with; nothing if there is nobody to answer.
std::optional<http_answer> unreadable(const beast::error_code& failed) {
  if (failed == http::error::body_limit)
    return problem(413, "body_too_large", "the body is larger than this service takes");
  if (failed == http::error::header_limit)
    return problem(431, "header_too_large", "the header is larger than this service takes");
  const bool malformed = failed.category() == make_error_code(http::error::bad_method).category();
  if (malformed && failed != http::error::end_of_stream && failed != http::error::partial_message)
    return problem(400, "malformed", "the request is not HTTP");
  return std::nullopt;
}

}  // namespace

class http_server::implementation {
public:
  implementation(http_options how, handler to)
      : how_{std::move(how)}, handler_{std::move(to)}, acceptor_{context_} {}

  ~implementation() {
    work_.reset();
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  result<std::uint16_t> start() {
    beast::error_code failed;
    const auto address = asio::ip::make_address(how_.host, failed);
    if (failed) return error{errc::storage, "'" + how_.host + "' is no address"};
    const tcp::endpoint where{address, how_.port};
    acceptor_.open(where.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address{true}, failed);
    if (!failed) acceptor_.bind(where, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed)
      return error{errc::storage, "cannot listen on " + how_.host + ":" +
                                      std::to_string(how_.port) + ": " + failed.message()};
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread{[this] { context_.run(); }};
    return acceptor_.local_endpoint().port();
  }

  void refuse_new() {
    asio::post(context_, [this] {
      stopping_ = true;
      beast::error_code ignored;
      acceptor_.close(ignored);
    });
  }

  void stop(std::chrono::milliseconds deadline) {
    refuse_new();
    // Connections that wait for a next request have nothing to wait for.
    asio::post(context_, [this] {
      for (auto* idle : idle_) idle->cancel();
    });
    std::unique_lock lock{mutex_};
    none_left_.wait_for(lock, deadline, [this] { return connections_ == 0; });
  }

private:
  asio::awaitable<void> accept() {
    for (;;) {
      beast::error_code failed;
      auto socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (stopping_) co_return;
      if (failed) continue;
      if (!enter()) continue;
      asio::co_spawn(context_, serve(beast::tcp_stream{std::move(socket)}), asio::detached);
    }
  }

  asio::awaitable<void> serve(beast::tcp_stream stream) {
    beast::error_code ignored;
    stream.socket().set_option(tcp::no_delay{true}, ignored);
    beast::flat_buffer buffer;
    bool goes_on = true;
    while (goes_on) goes_on = co_await serve_one(stream, buffer);
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    leave();
  }

  asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    request_parser parser;
    parser.body_limit(how_.max_body_bytes);
    stream.expires_after(how_.read_timeout);
    beast::error_code failed;
    idle_.insert(&stream);
    co_await http::async_read(stream, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, failed));
    idle_.erase(&stream);
    http_answer answer;
    bool keep_alive = false;
    unsigned version = 11;
    if (failed) {
      auto told = unreadable(failed);
      if (!told) co_return false;
      answer = *std::move(told);
    } else {
      keep_alive = parser.get().keep_alive();
      version = parser.get().version();
      stream.expires_never();  // the handler has deadlines of its own
      answer = co_await ask(call_from(parser.get()));
    }
    auto made = response_from(std::move(answer), version, keep_alive && !stopping_);
    stream.expires_after(how_.write_timeout);
    co_await http::async_write(stream, made, asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed && made.keep_alive();
  }

  /// Calls the handler, and comes back to this thread with its answer, from whichever it is given
  /// on.
  asio::awaitable<http_answer> ask(http_call call) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(http_answer)>(
        [this](auto done, http_call asked) {
          auto shared = std::make_shared<decltype(done)>(std::move(done));
          handler_(asked, [this, shared](http_answer answer) {
            asio::post(context_, [shared, answer = std::move(answer)]() mutable {
              (*shared)(std::move(answer));
            });
          });
        },
        asio::use_awaitable, std::move(call));
  }

  bool enter() {
    const std::lock_guard lock{mutex_};
    if (connections_ >= how_.max_connections) return false;
    ++connections_;
    return true;
  }

  void leave() {
    const std::lock_guard lock{mutex_};
    --connections_;
    none_left_.notify_all();
  }

  http_options how_;
  handler handler_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  tcp::acceptor acceptor_;
  std::set<beast::tcp_stream*> idle_;  // reading; the thread's own, as is stopping_
  bool stopping_ = false;
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t connections_ = 0;
  std::thread thread_;
};

http_server::http_server(http_options how, handler to)
    : self_{std::make_unique<implementation>(std::move(how), std::move(to))} {}

http_server::~http_server() = default;

result<std::uint16_t> http_server::start() { return self_->start(); }
void http_server::refuse_new() { self_->refuse_new(); }
void http_server::stop(std::chrono::milliseconds deadline) { self_->stop(deadline); }

}  // namespace acta
