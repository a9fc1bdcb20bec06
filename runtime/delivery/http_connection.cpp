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

#include "actors/model/guard.hpp"
#include "runtime/delivery/http_wire.hpp"

namespace acta::internal {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds longest_farewell{1'000};
constexpr std::size_t read_bytes = 4096;
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
    stream_.socket().non_blocking(true, ignored);  // see read_what_is_there()
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
    body_room::part taken{all_.bodies};
    auto failed = co_await read(parser, call, taken);
    if (failed) {
      let_go_of_body(parser, std::move(taken));
      auto told = refused_
                      ? std::optional{problem(*refused_)}
                      : unreadable(failed, all_.how, parser.is_header_done() ? "body" : "header");
      if (!told) co_return after_request::close;
      all_.how.answered(*told, std::chrono::nanoseconds{-1});
      auto made = response_from(*std::move(told), 11, false, true);
      failed = co_await write(made);
      co_return failed ? after_request::close : after_request::turn_away;
    }
    const bool with_body = parser.get().method() != http::verb::head;
    const auto version = parser.get().version();
    const bool keep_alive = stays_open(call, version);
    stream_.expires_never();  // the handler has deadlines of its own
    whole_call whole{std::move(call), std::move(taken)};
    const auto came = std::chrono::steady_clock::now();
    auto answer = co_await ask(std::move(whole));
    all_.how.answered(answer, std::chrono::steady_clock::now() - came);
    auto made = response_from(std::move(answer), version, keep_alive && !all_.stopping, with_body);
    failed = co_await write(made);
    // What the client was told counts, even if the server has begun to stop since.
    const bool goes_on = !failed && made.keep_alive();
    co_return goes_on ? after_request::next : after_request::close;
  }

  /// Before the answer is written, which may take long.
  static void let_go_of_body(request_parser& parser, body_room::part) {
    std::string{}.swap(parser.get().body());
  }

  asio::awaitable<beast::error_code> read(request_parser& parser, http_call& call,
                                          body_room::part& taken) {
    const listed while_reading{all_.reading, stream_};
    auto failed = co_await reach_request();
    if (failed) co_return failed;
    stream_.expires_after(all_.how.header_timeout);
    failed = co_await read_header(parser);
    if (!failed)
      if (const auto good = well_formed(parser); !good) failed = refuse(good.error());
    if (!failed && !all_.bodies.has(parser.content_length().value_or(0)))
      failed = refuse(no_room());
    if (!failed) call = call_from(parser.get());
    stream_.expires_after(all_.how.body_timeout);
    if (!failed && waits_to_continue(parser)) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, failed));
    }
    if (!failed && parser.chunked())
      failed = co_await read_chunks(parser, taken);
    else if (!failed)
      failed = co_await read_body(parser, taken);
    if (!failed) call.body = std::move(parser.get().body());
    if (!failed && changes_nothing(parser)) call.cancelled = std::make_shared<cancellation>();
    co_return failed;
  }

  /// Waits for the first byte of a request. Empty lines before it are skipped (RFC 9112, 2.2).
  asio::awaitable<beast::error_code> reach_request() {
    stream_.expires_after(all_.how.idle_timeout);
    for (std::size_t skipped = 0; skipped <= all_.how.max_header_bytes;) {
      const auto text = arrived();
      if (text.starts_with("\r\n")) {
        buffer_.consume(2);
        skipped += 2;
      } else if (!text.empty() && text != "\r") {
        co_return beast::error_code{};
      } else if (const auto failed = co_await read_more()) {
        co_return failed;
      }
    }
    co_return http::error::header_limit;
  }

  asio::awaitable<beast::error_code> read_header(request_parser& parser) {
    std::size_t taken = 0;  // Beast's limit counts neither ends of lines nor blanks around values
    for (bool in_first_line = true;;) {
      beast::error_code failed;
      if (in_first_line) read_as_http_1_1();
      const auto size = parser.put(buffer_.cdata(), failed);
      const auto part = arrived().substr(0, size);
      taken += size;
      if (is_folded(part)) co_return refuse(folded_line(part));
      in_first_line = in_first_line && size == 0;
      buffer_.consume(size);
      const auto more = parser.is_header_done() ? 0 : buffer_.size();
      if (taken + more > all_.how.max_header_bytes) co_return http::error::header_limit;
      if (failed == http::error::bad_value) co_return refuse(bad_value(arrived()));
      if (failed == http::error::need_more) failed = co_await read_more();
      if (failed || parser.is_header_done()) co_return failed;
    }
  }

  void read_as_http_1_1() {
    if (const auto at = later_minor_version(arrived()); at != std::string_view::npos)
      static_cast<char*>(buffer_.data().data())[at] = '1';
  }

  asio::awaitable<beast::error_code> read_body(request_parser& parser, body_room::part& taken) {
    beast::error_code failed;
    while (!failed && !parser.is_done()) {
      co_await http::async_read_some(stream_, buffer_, parser,
                                     asio::redirect_error(asio::use_awaitable, failed));
      if (!taken.grow_to(parser.get().body().size())) co_return refuse(no_room());
    }
    co_return failed;
  }

  /// Reads a body in chunks, and its trailer. Beast would take a folded line of the trailer; but it
  /// parses one element a time, and the last chunk with the trailer is one.
  asio::awaitable<beast::error_code> read_chunks(request_parser& parser, body_room::part& taken) {
    while (!parser.is_done()) {
      beast::error_code failed = http::error::need_more;
      if (buffer_.size() > 0) {
        const auto size = parser.put(buffer_.cdata(), failed);
        const auto part = arrived().substr(0, size);
        if (parser.is_done() && is_folded(part)) co_return refuse(folded_line(part));
        if (parser.is_done() && size > all_.how.max_header_bytes)
          co_return http::error::header_limit;
        buffer_.consume(size);
        if (!taken.grow_to(parser.get().body().size())) co_return refuse(no_room());
        // The line that a chunk begins with, or the trailer, without its end.
        if (failed == http::error::need_more && buffer_.size() > all_.how.max_header_bytes)
          co_return http::error::header_limit;
      }
      if (failed == http::error::need_more) failed = co_await read_more();
      if (failed) co_return failed;
    }
    co_return beast::error_code{};
  }

  [[nodiscard]] static error no_room() {
    return {errc::overloaded, "too many bytes of bodies are being received"};
  }

  /// Keeps what the client is told, which no code of Beast says.
  beast::error_code refuse(error why) {
    refused_ = std::move(why);
    return http::error::bad_value;
  }

  [[nodiscard]] std::string_view arrived() const {
    return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
  }

  asio::awaitable<beast::error_code> read_more() {
    if (buffer_.max_size() - buffer_.size() < read_bytes) co_return http::error::buffer_overflow;
    beast::error_code failed;
    const auto size = co_await stream_.async_read_some(
        buffer_.prepare(read_bytes), asio::redirect_error(asio::use_awaitable, failed));
    buffer_.commit(size);
    co_return failed;
  }

  asio::awaitable<beast::error_code> write(response& made) {
    beast::error_code failed;
    stream_.expires_after(all_.how.write_timeout);
    made.set(http::field::date, all_.date.at(std::chrono::system_clock::now()));
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

  /// A call, and what its body takes.
  struct whole_call {
    http_call call;
    body_room::part taken;
  };

  /// A call that the handler has.
  struct waiting {
    explicit waiting(const asio::any_io_executor& on)
        : changed{on, asio::steady_timer::time_point::max()} {}
    std::optional<http_answer> answer;
    bool watching = false;       // for the client's end
    asio::steady_timer changed;  // never expires: it is cancelled when one of the above changes
  };

  /// Calls the handler, and comes back to this thread with its answer, from whichever it is given
  /// on.
  asio::awaitable<http_answer> ask(whole_call what) {
    waiting now{stream_.get_executor()};
    const auto wait = what.call.cancelled;
    hand_over(std::move(what), [&now](http_answer&& made) {
      now.answer = std::move(made);
      now.changed.cancel();
    });
    if (wait && wait->heeded()) watch(now, *wait);
    beast::error_code cancelled;
    while (!now.answer || now.watching) {
      if (now.answer) stream_.cancel();
      co_await now.changed.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    co_return *std::move(now.answer);
  }

  /// Reads on while an answer is waited for: at the end of input, or when the connection is lost,
  /// nobody waits for it. What else comes are the next requests. Ends before ask() does.
  void watch(waiting& now, cancellation& wait) {
    // Behind so much that is not read yet, no end of input would be seen.
    if (buffer_.max_size() - buffer_.size() < read_bytes) return wait.cancel();
    now.watching = true;
    stream_.socket().async_wait(tcp::socket::wait_read, [&](beast::error_code failed) {
      now.watching = false;
      now.changed.cancel();
      if (now.answer) return;
      if (!failed) failed = read_what_is_there();
      if (failed) return wait.cancel();
      watch(now, wait);
    });
  }

  /// Not an asynchronous read: after one that met the end of input, the next never ends, as Asio
  /// waits for something new then.
  beast::error_code read_what_is_there() {
    beast::error_code failed;
    buffer_.commit(stream_.socket().read_some(buffer_.prepare(read_bytes), failed));
    return failed == asio::error::would_block ? beast::error_code{} : failed;
  }

  /// `what` ends here, or with its job: a handler keeps nothing of a call.
  void hand_over(whole_call what, reply::arrived arrive) {
    const auto& call = what.call;
    auto owed = std::make_shared<reply>(way_, std::move(arrive), call.cancelled != nullptr);
    // The body of a read is not looked at.
    if (call.cancelled || call.body.size() <= all_.how.large_body_bytes)
      return handle(all_, call, owed);
    const auto large = std::make_shared<const whole_call>(std::move(what));
    if (!all_.large.post([&all = all_, large, owed] { handle(all, large->call, owed); }))
      owed->give(problem(error{errc::overloaded, "too many large bodies are being read"}));
  }

  static void handle(const http_traffic& all, const http_call& call,
                     const std::shared_ptr<reply>& owed) {
    catching_all(
        [&] { all.handler(call, [owed](http_answer answer) { owed->give(std::move(answer)); }); },
        [&] {
          all.how.complain("a handler threw: " + thrown_text());
          // It may have sent the command on before that.
          owed->give(problem(500, "internal", "see the service's log",
                             call.cancelled ? effect::none : effect::unknown));
        });
  }

  http_traffic& all_;
  std::shared_ptr<way_back> way_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<error> refused_;  // why the request is not taken, if it was not Beast that refused
};

}  // namespace

asio::awaitable<void> serve_connection(http_traffic& all, std::shared_ptr<way_back> way,
                                       beast::tcp_stream stream) {
  connection one{all, std::move(way), std::move(stream)};
  co_await one.run();
}

}  // namespace acta::internal
