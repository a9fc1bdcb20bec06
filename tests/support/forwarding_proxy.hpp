// A proxy before a service. It is honest, or a test says how it treats a request.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/http_client.hpp"
#include "tests/support/http_server.hpp"

namespace acta::testing {

class forwarding_proxy {
public:
  /// Asks the service; 502 if it does not answer.
  using service = std::function<http_answer(const http_call&)>;
  /// Answers a request. Called on several threads at once.
  using manner = std::function<http_answer(const http_call&, const service&)>;

  /// Before the service on this port.
  explicit forwarding_proxy(std::uint16_t port, manner how = honest)
      : manner_{std::move(how)}, front_{[this](const http_call& call, http_done done) {
          boost::asio::post(threads_, [this, call, done = std::move(done)] {
            done(manner_(call, [this](const http_call& what) { return ask(what); }));
          });
        }} {
    for (std::size_t i = 0; i < at_once; ++i) free_.emplace_back(port);
  }
  forwarding_proxy(const forwarding_proxy&) = delete;
  forwarding_proxy& operator=(const forwarding_proxy&) = delete;
  ~forwarding_proxy() {
    front_.destroy();
    threads_.join();
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(front_.port());
  }

  static http_answer honest(const http_call& call, const service& real) { return real(call); }

private:
  static constexpr std::size_t at_once = 8;

  http_answer ask(const http_call& what) {
    auto client = take();
    const auto answer = client.ask({.method = what.method,
                                    .target = what.target,
                                    .body = what.body,
                                    .idempotency_key = what.header("idempotency-key")});
    give_back(std::move(client));
    if (!answer) return {502, "text/plain", "the service does not answer"};
    return {answer->status, "application/json", answer->body};
  }
  http_client take() {
    const std::lock_guard lock{mutex_};
    auto one = std::move(free_.back());
    free_.pop_back();
    return one;
  }
  void give_back(http_client one) {
    const std::lock_guard lock{mutex_};
    free_.push_back(std::move(one));
  }

  const manner manner_;
  std::mutex mutex_;
  std::vector<http_client> free_;  // as many as threads
  boost::asio::thread_pool threads_{at_once};
  running front_;
};

}  // namespace acta::testing
