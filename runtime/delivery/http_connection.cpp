#include "runtime/delivery/http_connection.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "runtime/delivery/http_wire.hpp"

namespace acta {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds longest_farewell{1'000};
constexpr std::size_t first_read_bytes = 4096;
/// What may have arrived beyond a header. Beast bounds header and body, but not what stands between
/// chunks or after the last; so the buffer has to.
constexpr std::size_t read_ahead_bytes = 64 * 1024;

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

class connection {
public:
  connection(http_traffic& all, std::shared_ptr<way_back> way, beast::tcp_stream stream)
      : all_{all},
        way_{std::move(way)},
        stream_{std::move(stream)},
        buffer_{all.how.max_header_bytes + read_ahead_bytes} {}

  asio::awaitable<void> run() {
    const listed while_open{all_.open, stream_};
    beast::error_code ignored;
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
    auto then = after_request::next;
    while (then == after_request::next) then = co_await serve_one();
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    if (then == after_request::turn_away) co_await let_finish();
  }

private:
  enum class after_request { next, close, turn_away };

  asio::awaitable<after_request> serve_one() {
    request_parser parser;
    parser.body_limit(all_.how.max_body_bytes);
    parser.header_limit(static_cast<std::uint32_t>(all_.how.max_header_bytes));
    if (all_.ending) co_return after_request::close;
    http_call call;
    auto failed = co_await read(parser, call);
    if (failed) {
      auto told = unreadable(failed, all_.how);
      if (!told) co_return after_request::close;
      auto made = response_from(*std::move(told), 11, false, true);
      failed = co_await write(made);
      co_return failed ? after_request::close : after_request::turn_away;
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool with_body = parser.get().method() != http::verb::head;
    const auto version = parser.get().version();
    stream_.expires_never();  // the handler has deadlines of its own
    auto answer = co_await ask(call);
    auto made = response_from(std::move(answer), version, keep_alive && !all_.stopping, with_body);
    failed = co_await write(made);
    // What the client was told counts, even if the server has begun to stop since.
    const bool goes_on = !failed && made.keep_alive();
    co_return goes_on ? after_request::next : after_request::close;
  }

  asio::awaitable<beast::error_code> read(request_parser& parser, http_call& call) {
    const listed while_reading{all_.reading, stream_};
    beast::error_code failed;
    if (buffer_.size() == 0) {
      stream_.expires_after(all_.how.idle_timeout);
      const auto size = co_await stream_.async_read_some(
          buffer_.prepare(first_read_bytes), asio::redirect_error(asio::use_awaitable, failed));
      buffer_.commit(size);
      if (failed) co_return failed;
    }
    stream_.expires_after(all_.how.header_timeout);
    co_await http::async_read_header(stream_, buffer_, parser,
                                     asio::redirect_error(asio::use_awaitable, failed));
    if (!failed && !well_formed(parser)) failed = http::error::bad_value;
    if (!failed) call = call_from(parser.get());
    stream_.expires_after(all_.how.body_timeout);
    if (!failed && waits_to_continue(parser)) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, failed));
    }
    if (!failed)
      co_await http::async_read(stream_, buffer_, parser,
                                asio::redirect_error(asio::use_awaitable, failed));
    if (!failed) call.body = std::move(parser.get().body());
    co_return failed;
  }

  asio::awaitable<beast::error_code> write(response& made) {
    beast::error_code failed;
    stream_.expires_after(all_.how.write_timeout);
    co_await http::async_write(stream_, made, asio::redirect_error(asio::use_awaitable, failed));
    co_return failed;
  }

  /// Takes what a client that was turned away still sends, for a while: to close on unread bytes
  /// would reset the connection, and the client might never see why it was turned away.
  asio::awaitable<void> let_finish() {
    if (all_.ending) co_return;
    const listed while_reading{all_.reading, stream_};
    std::array<char, 4096> unread;
    beast::error_code failed;
    stream_.expires_after(std::min(all_.how.body_timeout, longest_farewell));
    while (!failed)
      co_await stream_.async_read_some(asio::buffer(unread),
                                       asio::redirect_error(asio::use_awaitable, failed));
  }

  /// Calls the handler, and comes back to this thread with its answer, from whichever it is given
  /// on.
  asio::awaitable<http_answer> ask(const http_call& call) {
    std::optional<http_answer> answer;
    // Never expires: it is what this waits on, and is cancelled when the answer is here.
    asio::steady_timer arrival{stream_.get_executor(), asio::steady_timer::time_point::max()};
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
    auto owed = std::make_shared<reply>(way_, std::move(arrive));
    try {
      all_.handler(call, [owed](http_answer answer) { owed->give(std::move(answer)); });
    } catch (const std::exception& thrown) {
      all_.how.complain(std::string{"a handler threw: "} + thrown.what());
      // It may have sent the command on before that.
      owed->give(problem(500, "internal", "see the service's log", effect::unknown));
    }
  }

  http_traffic& all_;
  std::shared_ptr<way_back> way_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
};

}  // namespace

asio::awaitable<void> serve_connection(http_traffic& all, std::shared_ptr<way_back> way,
                                       beast::tcp_stream stream) {
  connection one{all, std::move(way), std::move(stream)};
  co_await one.run();
}

}  // namespace acta
