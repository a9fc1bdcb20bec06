#include "runtime/delivery/http_server.hpp"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "runtime/delivery/http_wire.hpp"
#include "runtime/delivery/problem.hpp"
#include "runtime/delivery/reply.hpp"

namespace acta {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds accept_again_after{100};
constexpr std::chrono::milliseconds longest_farewell{1'000};
constexpr std::size_t first_read_bytes = 4096;

}  // namespace

class http_server::implementation {
public:
  implementation(http_options how, handler to) : how_{std::move(how)}, handler_{std::move(to)} {}

  ~implementation() { halt(); }

  result<std::uint16_t> bind() {
    beast::error_code failed;
    const auto address = asio::ip::make_address(how_.host, failed);
    if (failed) return error{errc::storage, "'" + how_.host + "' is no address"};
    const tcp::endpoint where{address, how_.port};
    acceptor_.open(where.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address{true}, failed);
    if (!failed) acceptor_.bind(where, failed);
    if (failed) {
      acceptor_ = tcp::acceptor{context_};  // start() must not listen where it was not bound
      return cannot_listen(failed);
    }
    return acceptor_.local_endpoint().port();
  }

  result<std::uint16_t> start() {
    if (!acceptor_.is_open())
      if (const auto bound = bind(); !bound) return bound;
    beast::error_code failed;
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return cannot_listen(failed);
    // Read before the thread is there: from then on the acceptor is the thread's.
    const auto port = acceptor_.local_endpoint().port();
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread{[this] { context_.run(); }};
    return port;
  }

  void refuse_new() {
    way_back_->post([this] {
      stopping_ = true;
      beast::error_code ignored;
      acceptor_.close(ignored);
    });
  }

  std::size_t stop(std::chrono::milliseconds deadline) {
    refuse_new();
    // Connections that wait for a next request have nothing to wait for.
    way_back_->post([this] {
      ending_ = true;
      for (auto* stream : reading_) stream->cancel();
    });
    std::size_t left = 0;
    {
      std::unique_lock lock{mutex_};
      none_left_.wait_for(lock, deadline, [this] { return connections_ == 0; });
      left = connections_;
    }
    halt();
    beast::error_code ignored;
    for (auto* stream : open_) stream->socket().close(ignored);
    return left;
  }

private:
  [[nodiscard]] error cannot_listen(const beast::error_code& why) const {
    return {errc::storage, "cannot listen on " + how_.host + ":" + std::to_string(how_.port) +
                               ": " + why.message()};
  }

  enum class after_request { next, close, turn_away };

  /// Has a stream in a set for as long as this lives.
  class listed {
  public:
    listed(std::set<beast::tcp_stream*>& in, beast::tcp_stream& stream) : in_{in}, stream_{stream} {
      in_.insert(&stream_);
    }
    listed(const listed&) = delete;
    listed& operator=(const listed&) = delete;
    ~listed() { in_.erase(&stream_); }

  private:
    std::set<beast::tcp_stream*>& in_;
    beast::tcp_stream& stream_;
  };

  /// One of the connections that are counted, however it ends.
  class counted {
  public:
    explicit counted(implementation& by) : by_{by} {}
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { by_.leave(); }

  private:
    implementation& by_;
  };

  asio::awaitable<void> accept() {
    asio::steady_timer pause{context_};
    for (;;) {
      beast::error_code failed;
      auto socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (stopping_) co_return;
      if (failed) {
        // Out of descriptors, most likely: it would fail again at once, and again.
        complain(failed.message());
        pause.expires_after(accept_again_after);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      if (!enter()) {
        complain("there are " + std::to_string(how_.max_connections) + " already");
        continue;
      }
      asio::co_spawn(context_, serve(beast::tcp_stream{std::move(socket)}), asio::detached);
    }
  }

  void complain(const std::string& why) {
    const auto now = std::chrono::steady_clock::now();
    if (now < quiet_until_) return;
    quiet_until_ = now + how_.complaint_interval;
    how_.complain("cannot take a connection: " + why);
  }

  asio::awaitable<void> serve(beast::tcp_stream stream) {
    const counted one{*this};
    const listed while_open{open_, stream};
    beast::error_code ignored;
    stream.socket().set_option(tcp::no_delay{true}, ignored);
    beast::flat_buffer buffer;
    auto then = after_request::next;
    while (then == after_request::next) then = co_await serve_one(stream, buffer);
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (then == after_request::turn_away) co_await let_finish(stream);
  }

  asio::awaitable<after_request> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    request_parser parser;
    parser.body_limit(how_.max_body_bytes);
    parser.header_limit(static_cast<std::uint32_t>(how_.max_header_bytes));
    if (ending_) co_return after_request::close;
    auto failed = co_await read(stream, buffer, parser);
    if (failed) {
      auto told = unreadable(failed, how_);
      if (!told) co_return after_request::close;
      auto made = response_from(*std::move(told), 11, false, true);
      failed = co_await write(stream, made);
      co_return failed ? after_request::close : after_request::turn_away;
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool with_body = parser.get().method() != http::verb::head;
    const auto version = parser.get().version();
    const auto call = call_from(parser.get());
    stream.expires_never();  // the handler has deadlines of its own
    auto answer = co_await ask(call);
    auto made = response_from(std::move(answer), version, keep_alive && !stopping_, with_body);
    failed = co_await write(stream, made);
    // What the client was told counts, even if the server has begun to stop since.
    const bool goes_on = !failed && made.keep_alive();
    co_return goes_on ? after_request::next : after_request::close;
  }

  asio::awaitable<beast::error_code> read(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                          request_parser& parser) {
    const listed while_reading{reading_, stream};
    beast::error_code failed;
    if (buffer.size() == 0) {
      stream.expires_after(how_.idle_timeout);
      const auto size = co_await stream.async_read_some(
          buffer.prepare(first_read_bytes), asio::redirect_error(asio::use_awaitable, failed));
      buffer.commit(size);
      if (failed) co_return failed;
    }
    stream.expires_after(how_.header_timeout);
    co_await http::async_read_header(stream, buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, failed));
    if (!failed && !well_formed(parser)) failed = http::error::bad_value;
    stream.expires_after(how_.body_timeout);
    if (!failed && waits_to_continue(parser)) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream, go_on, asio::redirect_error(asio::use_awaitable, failed));
    }
    if (!failed)
      co_await http::async_read(stream, buffer, parser,
                                asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
  }

  asio::awaitable<beast::error_code> write(beast::tcp_stream& stream, response& made) {
    beast::error_code failed;
    stream.expires_after(how_.write_timeout);
    co_await http::async_write(stream, made, asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
  }

  /// Takes what a client that was turned away still sends, for a while: to close on unread bytes
  /// would reset the connection, and the client might never see why it was turned away.
  asio::awaitable<void> let_finish(beast::tcp_stream& stream) {
    if (ending_) co_return;
    const listed while_reading{reading_, stream};
    std::array<char, 4096> unread;
    beast::error_code failed;
    stream.expires_after(std::min(how_.body_timeout, longest_farewell));
    while (!failed)
      co_await stream.async_read_some(asio::buffer(unread),
                                      asio::redirect_error(asio::use_awaitable, failed));
  }

  /// Calls the handler, and comes back to this thread with its answer, from whichever it is given
  /// on.
  asio::awaitable<http_answer> ask(const http_call& call) {
    std::optional<http_answer> answer;
    // Never expires: it is what this waits on, and is cancelled when the answer is here.
    asio::steady_timer arrival{context_, asio::steady_timer::time_point::max()};
    hand_over(call, [&](http_answer&& made) {
      answer = std::move(made);
      arrival.cancel();
    });
    beast::error_code cancelled;
    while (!answer)
      co_await arrival.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return *std::move(answer);
  }

  void hand_over(const http_call& call, reply::arrived arrive) {
    auto owed = std::make_shared<reply>(way_back_, std::move(arrive));
    try {
      handler_(call, [owed](http_answer answer) { owed->give(std::move(answer)); });
    } catch (const std::exception& thrown) {
      how_.complain(std::string{"a handler threw: "} + thrown.what());
      owed->give(problem(500, "internal", "see the service's log"));
    }
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

  /// Ends the thread; whatever comes back from now on is let go.
  void halt() {
    way_back_->close();
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  http_options how_;
  handler handler_;
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t connections_ = 0;
  // The thread's own:
  std::set<beast::tcp_stream*> open_;
  std::set<beast::tcp_stream*> reading_;
  bool stopping_ = false;  // no more connections, no second requests
  bool ending_ = false;    // no more requests
  std::chrono::steady_clock::time_point quiet_until_{};
  // After what the coroutines touch, which end with it.
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  tcp::acceptor acceptor_{context_};
  std::shared_ptr<way_back> way_back_ = std::make_shared<way_back>(context_);
  std::thread thread_;
};

http_server::http_server(http_options how, handler to)
    : self_{std::make_unique<implementation>(std::move(how), std::move(to))} {}

http_server::~http_server() = default;

result<std::uint16_t> http_server::bind() { return self_->bind(); }
result<std::uint16_t> http_server::start() { return self_->start(); }
void http_server::refuse_new() { self_->refuse_new(); }
std::size_t http_server::stop(std::chrono::milliseconds deadline) { return self_->stop(deadline); }

}  // namespace acta
