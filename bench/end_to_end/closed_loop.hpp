// A load that never hurries ahead: the next call is sent when one is answered.
#pragma once

#include <acta/node.hpp>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>

namespace acta::bench {

/// Keeps `window` calls outstanding until `total` are answered; `send(i, done)` sends the i-th.
template <class Answer>
class closed_loop {
public:
  using send_function = std::function<result<void>(std::size_t, callback<Answer>)>;
  closed_loop(std::size_t total, std::size_t window, send_function send)
      : total_{total}, window_{std::min(window, total)}, send_{std::move(send)} {}

  /// Returns when all are answered. Throws if one of them failed.
  void run() {
    for (std::size_t i = 0; i < window_; ++i) next();
    std::unique_lock lock{mutex_};
    finished_.wait(lock, [this] { return over_; });
    if (failed_ > 0) throw std::runtime_error{std::to_string(failed_) + " failed: " + why_};
  }

private:
  void next() {
    const auto i = sent_.fetch_add(1);
    if (i >= total_) return;
    const auto hear = [this](const result<Answer>& got) {
      if (!got) note(got.error());
      next();
      answered_one();
    };
    if (const auto sent = send_(i, hear); !sent) hear(sent.error());
  }
  void note(const error& what) {
    const std::lock_guard lock{mutex_};
    if (failed_++ > 0) return;
    why_ = std::string{to_string(what.code)} + " " + what.detail;
  }
  void answered_one() {
    if (answered_.fetch_add(1) + 1 < total_) return;
    // Under the lock, which run() needs to return: this must not be gone before we are.
    const std::lock_guard lock{mutex_};
    over_ = true;
    finished_.notify_all();
  }

  const std::size_t total_;
  const std::size_t window_;
  send_function send_;
  std::atomic<std::size_t> sent_{0};
  std::atomic<std::size_t> answered_{0};
  bool over_ = false;
  std::size_t failed_ = 0;
  std::string why_;
  std::mutex mutex_;
  std::condition_variable finished_;
};

}  // namespace acta::bench
