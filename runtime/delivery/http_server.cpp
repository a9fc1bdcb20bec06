#include "runtime/delivery/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "actors/base/longest_wait.hpp"
#include "runtime/delivery/http_connection.hpp"

namespace acta::internal {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds accept_again_after{100};
constexpr std::size_t most_header_bytes = 1024 * 1024 * 1024;

/// `milliseconds::max()` is never.
http_options with_bounded_waits(http_options how) {
  for (auto* wait : {&how.idle_timeout, &how.header_timeout, &how.body_timeout, &how.write_timeout,
                     &how.complaint_interval})
    *wait = bounded(*wait);
  return how;
}

result<void> check(const http_options& how) {
  for (const auto wait :
       {how.idle_timeout, how.header_timeout, how.body_timeout, how.write_timeout})
    if (wait.count() == 0)
      return error{errc::malformed, "a timeout of HTTP must be more than 0", {}, "timeout"};
  if (how.max_header_bytes > most_header_bytes)
    return error{errc::malformed, "must be at most 1 GiB", {}, "max_header_bytes"};
  if (how.max_receiving_bytes < how.max_body_bytes)
    return error{errc::malformed, "must be at least max_body_bytes", {}, "max_receiving_bytes"};
  return {};
}

}  // namespace

class http_server::implementation {
public:
  implementation(http_options how, handler to)
      : traffic_{with_bounded_waits(std::move(how)), std::move(to)} {}

  ~implementation() { halt(); }

  result<std::uint16_t> bind() {
    if (const auto good = check(traffic_.how); !good) return good.error();
    beast::error_code failed;
    const auto address = asio::ip::make_address(traffic_.how.host, failed);
    if (failed) return error{errc::storage, "'" + traffic_.how.host + "' is no address"};
    const tcp::endpoint where{address, traffic_.how.port};
    acceptor_.open(where.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address{true}, failed);
    if (!failed) acceptor_.bind(where, failed);
    if (failed) {
      acceptor_ = tcp::acceptor{context_};  // start() must not listen where it was not bound
      return cannot_listen(failed);
    }
    port_ = acceptor_.local_endpoint().port();
    return port_;
  }

  result<void> start() {
    if (!acceptor_.is_open())
      if (const auto bound = bind(); !bound) return bound.error();
    beast::error_code failed;
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return cannot_listen(failed);
    asio::co_spawn(context_, accept(), asio::detached);
    // From now on the acceptor is the thread's.
    thread_ = std::thread{[this] { context_.run(); }};
    return {};
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  void refuse_new() {
    way_back_->post([this] {
      traffic_.stopping = true;
      beast::error_code ignored;
      acceptor_.close(ignored);
    });
  }

  std::size_t stop(std::chrono::milliseconds deadline) {
    refuse_new();
    // Connections that wait for a next request have nothing to wait for.
    way_back_->post([this] {
      traffic_.ending = true;
      for (auto* stream : traffic_.reading) stream->cancel();
    });
    std::size_t left = 0;
    {
      std::unique_lock lock{mutex_};
      none_left_.wait_for(lock, bounded(deadline), [this] { return connections_ == 0; });
      left = connections_;
    }
    halt();
    beast::error_code ignored;
    for (auto* stream : traffic_.open) stream->socket().close(ignored);
    return left;
  }

private:
  [[nodiscard]] error cannot_listen(const beast::error_code& why) const {
    return {errc::storage, "cannot listen on " + traffic_.how.host + ":" +
                               std::to_string(traffic_.how.port) + ": " + why.message()};
  }

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
      if (traffic_.stopping) co_return;
      if (failed) {
        // Out of descriptors, most likely: it would fail again at once, and again.
        traffic_.how.refused("not_accepted");
        complain(failed.message());
        pause.expires_after(accept_again_after);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        continue;
      }
      if (!enter()) {
        traffic_.how.refused("too_many");
        complain("there are " + std::to_string(traffic_.how.max_connections) + " already");
        continue;
      }
      asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
    }
  }

  void complain(const std::string& why) {
    const auto now = std::chrono::steady_clock::now();
    if (now < quiet_until_) return;
    quiet_until_ = now + traffic_.how.complaint_interval;
    traffic_.how.complain("cannot take a connection: " + why);
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    const counted one{*this};
    co_await serve_connection(traffic_, way_back_, beast::tcp_stream{std::move(socket)});
  }

  bool enter() {
    const std::lock_guard lock{mutex_};
    if (connections_ >= traffic_.how.max_connections) return false;
    ++connections_;
    return true;
  }

  void leave() {
    const std::lock_guard lock{mutex_};
    --connections_;
    none_left_.notify_all();
  }

  /// Ends the threads; whatever comes back from now on is let go.
  void halt() {
    way_back_->close();
    context_.stop();
    if (thread_.joinable()) thread_.join();
    traffic_.large.stop();
  }

  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t connections_ = 0;
  std::uint16_t port_ = 0;
  // The thread's own:
  std::chrono::steady_clock::time_point quiet_until_{};
  http_traffic traffic_;
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
result<void> http_server::start() { return self_->start(); }
std::uint16_t http_server::port() const { return self_->port(); }
void http_server::refuse_new() { self_->refuse_new(); }
std::size_t http_server::stop(std::chrono::milliseconds deadline) { return self_->stop(deadline); }

}  // namespace acta::internal
