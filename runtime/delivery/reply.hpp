// How an answer comes back to the server's thread, from whichever thread it is given on.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "runtime/delivery/problem.hpp"

namespace acta::internal {

/// The way from a handler back to the server's thread. The server may be gone before the handler.
class way_back {
public:
  explicit way_back(boost::asio::io_context& to) : to_{&to} {}

  void close() {
    const std::lock_guard lock{mutex_};
    to_ = nullptr;
  }
  template <class F>
  void post(F&& arrive) {
    const std::lock_guard lock{mutex_};
    if (to_) boost::asio::post(*to_, std::forward<F>(arrive));
  }

private:
  std::mutex mutex_;
  boost::asio::io_context* to_;
};

/// What one handler owes: the first answer counts, and that there will be none is one too.
class reply {
public:
  using arrived = std::function<void(http_answer&&)>;

  /// `to_a_read`: the request changes nothing.
  reply(std::shared_ptr<way_back> way, arrived arrive, bool to_a_read)
      : way_{std::move(way)}, arrive_{std::move(arrive)}, to_a_read_{to_a_read} {}
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;
  ~reply() {
    if (given_) return;
    // The answer, not the request, was lost: a command may have had its effect.
    error lost{errc::outcome_unknown, "the answer was lost on its way; ask again"};
    lost.of_a_read = to_a_read_;
    give(problem(lost));
  }

  void give(http_answer answer) {
    if (given_.exchange(true)) return;
    way_->post([arrive = std::move(arrive_), answer = std::move(answer)]() mutable {
      arrive(std::move(answer));
    });
  }

private:
  std::shared_ptr<way_back> way_;
  arrived arrive_;
  const bool to_a_read_;
  std::atomic<bool> given_{false};
};

}  // namespace acta::internal
