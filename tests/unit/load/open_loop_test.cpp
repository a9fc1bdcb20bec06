#include "runtime/load/open_loop.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;

/// Serves one operation after the other on a thread of its own, each in no time, but for a stall.
class one_by_one final : public target {
public:
  one_by_one() : thread_{[this] { serve(); }} {}
  ~one_by_one() override {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  one_by_one(const one_by_one&) = delete;
  one_by_one& operator=(const one_by_one&) = delete;

  void begin(operation, std::function<void(outcome)> done) override {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(done));
    }
    changed_.notify_all();
  }
  result<std::vector<stored_event>> events(const std::string&, std::uint64_t,
                                           std::size_t) override {
    return std::vector<stored_event>{};
  }

  /// The operation of this number takes so long.
  std::size_t stalls_at = 0;
  std::chrono::milliseconds stall{0};

private:
  void serve() {
    for (std::size_t number = 0;; ++number) {
      std::function<void(outcome)> done;
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        done = std::move(waiting_.front());
        waiting_.pop_front();
      }
      if (number == stalls_at) std::this_thread::sleep_for(stall);
      done({"ok", said::done, number + 1, 1});
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(outcome)>> waiting_;
  bool over_ = false;
  std::thread thread_;
};

plan commands() {
  return [number = std::uint64_t{0}]() mutable {
    planned one;
    one.what.command = "add";
    one.number = number++;
    return one;
  };
}

// A client that waits for each answer before it sends the next would see one slow request of 200.
TEST(open_loop, shows_a_stall_to_all_that_were_to_begin_in_it) {
  one_by_one slow;
  slow.stalls_at = 40;
  slow.stall = 500ms;
  ledger answers;
  const auto began = std::chrono::steady_clock::now();
  recorder seen{1, began};
  open_loop loop{slow, answers, &seen};
  random_numbers chance{1};
  loop.run({200, 200, 1s}, arrival_law::constant, began, chance, commands());
  EXPECT_EQ(loop.wait(10s), 0U);
  const auto all = seen.kinds().front();
  ASSERT_EQ(all.latency.count(), 200U);
  // 100 were to begin in the stall; their latencies go from 500 ms down to none.
  const auto slower_than = [&](std::chrono::nanoseconds limit) {
    return all.latency.count() - all.latency.count_up_to(static_cast<std::uint64_t>(limit.count()));
  };
  EXPECT_GE(slower_than(400ms), 18U);
  EXPECT_GE(slower_than(250ms), 45U);
  EXPECT_GE(all.latency.most(), 500'000'000U);
  EXPECT_EQ(answers.size(), 200U);
}

TEST(open_loop, counts_what_is_not_answered_in_time) {
  one_by_one slow;
  slow.stall = 300ms;
  ledger answers;
  const auto began = std::chrono::steady_clock::now();
  open_loop loop{slow, answers, nullptr};
  random_numbers chance{1};
  loop.run({1'000, 1'000, 10ms}, arrival_law::constant, began, chance, commands());
  EXPECT_EQ(loop.wait(1ms), 10U);
  EXPECT_EQ(loop.wait(10s), 0U);
}

}  // namespace
}  // namespace acta::internal::load
