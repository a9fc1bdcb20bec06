// HTTP/1.1 as a way in: reads calls, hands them to a function, writes its answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "actors/model/error.hpp"
#include "runtime/delivery/http_message.hpp"
#include "runtime/delivery/way_in.hpp"

namespace acta::internal {

struct http_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any that is free.
  std::size_t max_body_bytes = 1024 * 1024;
  /// Of all bodies that are being received, over all connections; beyond it `overloaded` is
  /// answered. What has arrived of a body, but for its first 4 KiB, counts until its request is
  /// with the handler, which has bounds of its own.
  std::size_t max_receiving_bytes = 64 * 1024 * 1024;
  std::size_t max_header_bytes = 8 * 1024;
  /// A command with a larger body is handled on a thread beside, for so long may it take to read.
  /// Of those at most `max_large_waiting` wait; another one is answered `overloaded`.
  std::size_t large_body_bytes = 64 * 1024;
  std::size_t max_large_waiting = 64;
  std::size_t max_connections = 4096;  ///< Beyond it a new connection is closed at once.
  /// A connection is closed when it sends nothing for so long, at first or after an answer; when
  /// the header of a request is not whole so long after its first byte; when its body is not so
  /// long after its header; and when an answer is not taken for so long.
  std::chrono::milliseconds idle_timeout{10'000};
  std::chrono::milliseconds header_timeout{5'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
  /// Told why connections are not accepted (too many, no file descriptors left), at most once in
  /// `complaint_interval`; and when a handler threw. On the server's threads.
  std::function<void(const std::string& why)> complain = [](const std::string&) {};
  std::chrono::milliseconds complaint_interval{10'000};
  /// Told of each request that is answered, and how long after its last byte the answer was there.
  /// Negative: it could not be read. On the server's thread.
  std::function<void(const http_answer& answer, std::chrono::nanoseconds took)> answered =
      [](const http_answer&, std::chrono::nanoseconds) {};
  /// Told of each connection that is not taken, and why, a literal. On the server's thread.
  std::function<void(std::string_view why)> refused = [](std::string_view) {};
};

/// Reads HOST:PORT, the host an address or localhost, an IPv6 address in brackets. Fails
/// (malformed).
[[nodiscard]] result<http_options> listen_address(std::string_view text);
/// How a client reaches a server that listens there, on the port that it took.
[[nodiscard]] std::string url_of(const http_options& how, std::uint16_t port);

/// One thread of its own, and one for requests with large bodies. The handler is called on either,
/// on both at once perhaps, and must not block; its `done` may be called
/// on any thread, and even when the server is gone. Of several answers the first counts; if `done`
/// is let go without one, or the handler throws, the client is told so.
class http_server final : public way_in {
public:
  using handler = std::function<void(const http_call&, http_done)>;

  http_server(http_options how, handler to);
  /// Stops without waiting.
  ~http_server() override;

  /// Takes the port, and returns it; nobody can connect yet. Fails (storage) if it cannot, because
  /// it is in use for instance, and (malformed) if a time is not more than 0, a header may have
  /// more than 1 GiB, or one body more bytes than all of them.
  result<std::uint16_t> bind();
  /// Listens, after bind() if that was not called. Fails as bind() does.
  [[nodiscard]] result<void> start() override;
  /// The port that was taken; 0 if none was.
  [[nodiscard]] std::uint16_t port() const;
  /// Takes no more connections; those that are open are closed after their next answer.
  void refuse_new() override;
  /// Waits until all connections have ended, at most this long, then closes what is left, and
  /// returns how many that were. Requests that have not arrived in full are not waited for.
  std::size_t stop(std::chrono::milliseconds deadline) override;
  [[nodiscard]] const char* stopping_means() const override { return "writing the last answers"; }

private:
  class implementation;
  std::unique_ptr<implementation> self_;
};

}  // namespace acta::internal
