// HTTP/1.1 as a way in: reads calls, hands them to a function, writes its answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/model/error.hpp"
#include "runtime/delivery/http_message.hpp"

namespace acta {

struct http_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any that is free.
  std::size_t max_body_bytes = 1024 * 1024;
  std::size_t max_connections = 4096;  ///< Beyond it a new connection is closed at once.
  std::chrono::milliseconds read_timeout{30'000};  ///< For a whole request, from the answer before.
  std::chrono::milliseconds write_timeout{30'000};
};

/// One thread of its own. The handler is called there and must not block; its `done` may be called
/// on any thread.
class http_server {
public:
  using handler = std::function<void(const http_call&, http_done)>;

  http_server(http_options how, handler to);
  /// Stops without waiting.
  ~http_server();

  /// Listens; returns the port. Fails (storage) if it cannot, because it is in use for instance.
  result<std::uint16_t> start();
  /// Takes no more connections; those that are open are closed after their next answer.
  void refuse_new();
  /// Waits until all connections have ended, at most this long, then closes what is left.
  void stop(std::chrono::milliseconds deadline);

private:
  class implementation;
  std::unique_ptr<implementation> self_;
};

}  // namespace acta
