// A target that serves one operation after the other, on a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "runtime/load/target.hpp"

namespace acta::internal::load::testing {

class one_by_one final : public target {
public:
  /// Answers the operation of this number, from 0 on; it may take its time.
  using service = std::function<outcome(std::size_t number, const operation& what)>;

  explicit one_by_one(service serve) : serve_{std::move(serve)}, thread_{[this] { serve_all(); }} {}
  one_by_one(const one_by_one&) = delete;
  one_by_one& operator=(const one_by_one&) = delete;
  /// Serves what waits.
  ~one_by_one() override {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void begin(operation what, std::function<void(outcome)> done) override {
    {
      const std::lock_guard lock{mutex_};
      waiting_.emplace_back(std::move(what), std::move(done));
      longest_ = std::max(longest_, waiting_.size());
    }
    changed_.notify_all();
  }
  result<std::vector<stored_event>> events(const std::string&, std::uint64_t,
                                           std::size_t) override {
    return std::vector<stored_event>{};
  }
  result<stored_view> view(const std::string&) override { return stored_view{}; }

  /// The most that ever waited at a time.
  [[nodiscard]] std::size_t longest_queue() {
    const std::lock_guard lock{mutex_};
    return longest_;
  }

private:
  void serve_all() {
    for (std::size_t number = 0;; ++number) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      auto [what, done] = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      done(serve_(number, what));
    }
  }

  const service serve_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<operation, std::function<void(outcome)>>> waiting_;
  std::size_t longest_ = 0;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace acta::internal::load::testing
