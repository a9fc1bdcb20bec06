// The threads on which answers leave.
#include "runtime/engine/completion_threads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/unit/engine/answer.hpp"

namespace acta::internal {
namespace {

using testing::answer_of;
using namespace std::chrono_literals;

/// A callback that waits until a test lets it go on.
class gate {
public:
  std::function<void()> callback() {
    return [this] {
      ++begun_;
      begun_.notify_all();
      open_.wait(false);
    };
  }
  void wait_for(int begun) {
    for (auto now = begun_.load(); now < begun; now = begun_.load()) begun_.wait(now);
  }
  void open() {
    open_ = true;
    open_.notify_all();
  }

private:
  std::atomic<int> begun_{0};
  std::atomic<bool> open_{false};
};

TEST(completion_threads, answers_of_a_stream_leave_in_order_and_one_at_a_time) {
  std::vector<int> order;  // without a lock: ThreadSanitizer would notice two at a time
  {
    completion_threads threads;
    for (int i = 0; i < 1'000; ++i) {
      threads.post(answer_of("x", [&order, i] { order.push_back(i); }));
      threads.post(answer_of(std::to_string(i % 5)));
    }
  }
  ASSERT_EQ(order.size(), 1'000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(completion_threads, one_that_blocks_holds_up_no_other_stream) {
  gate blocked;
  completion_threads threads;
  threads.post(answer_of("slow", blocked.callback()));
  blocked.wait_for(1);
  threads.post(answer_of("slow", blocked.callback()));
  std::promise<void> other;
  threads.post(answer_of("fast", [&] { other.set_value(); }));
  other.get_future().wait();
  EXPECT_EQ(threads.threads(), 2U);
  blocked.open();
}

TEST(completion_threads, more_are_started_while_all_are_busy_and_the_stream_that_waits_is_named) {
  gate blocked;
  std::promise<std::pair<std::size_t, std::string>> told;
  completion_threads threads{{.least = 2, .most = 16, .add_after = 10ms},
                             [&](std::size_t now, bool no_more, const std::string& stream) {
                               EXPECT_FALSE(no_more);
                               told.set_value({now, stream});
                             }};
  threads.post(answer_of("a", blocked.callback()));
  threads.post(answer_of("b", blocked.callback()));
  blocked.wait_for(2);
  threads.post(answer_of("c", blocked.callback()));
  blocked.wait_for(3);  // on a third thread
  EXPECT_EQ(told.get_future().get(), std::pair(std::size_t{3}, std::string{"test.counter/c"}));
  EXPECT_EQ(threads.added(), 1U) << "one for the one that waits";
  blocked.open();
}

TEST(completion_threads, that_no_more_can_be_started_is_told_once) {
  gate blocked;
  std::promise<std::string> waits;
  std::atomic<int> told{0};
  completion_threads threads{{.least = 1, .most = 1, .add_after = 1ms},
                             [&](std::size_t now, bool no_more, const std::string& stream) {
                               EXPECT_TRUE(no_more);
                               EXPECT_EQ(now, 1U);
                               if (++told == 1) waits.set_value(stream);
                             }};
  threads.post(answer_of("a", blocked.callback()));
  blocked.wait_for(1);
  threads.post(answer_of("b", blocked.callback()));
  EXPECT_EQ(waits.get_future().get(), "test.counter/b");
  threads.post(answer_of("c", blocked.callback()));
  blocked.open();
  threads.stop();
  EXPECT_EQ(told, 1);
}

TEST(completion_threads, never_more_callbacks_run_than_there_may_be_threads) {
  gate blocked;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  completion_threads threads{{.least = 1, .most = 3, .add_after = 1ms}};
  for (int i = 0; i < 20; ++i)
    threads.post(answer_of(std::to_string(i), [&, hold = blocked.callback()] {
      const auto now = ++running;
      for (auto seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      hold();
      --running;
    }));
  blocked.wait_for(3);
  blocked.open();
  threads.stop();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(threads.added(), 2U);
}

TEST(completion_threads, those_beyond_the_least_end_when_they_are_idle) {
  gate blocked;
  completion_threads threads{{.least = 1, .most = 4, .add_after = 1ms, .end_after = 1ms}};
  for (int i = 0; i < 4; ++i) threads.post(answer_of(std::to_string(i), blocked.callback()));
  blocked.wait_for(4);
  blocked.open();
  while (threads.threads() > 1) std::this_thread::yield();
  // And can be had again.
  gate again;
  for (int i = 0; i < 4; ++i) threads.post(answer_of(std::to_string(i), again.callback()));
  again.wait_for(4);
  EXPECT_EQ(threads.threads(), 4U);
  again.open();
}

TEST(completion_threads, end_when_all_that_was_posted_has_completed) {
  std::atomic<int> completed{0};
  completion_threads threads;
  for (int i = 0; i < 1'000; ++i)
    threads.post(answer_of(std::to_string(i % 3), [&] { ++completed; }));
  threads.stop();
  EXPECT_EQ(completed, 1'000);
  EXPECT_TRUE(threads.idle());
  threads.post(answer_of("late", [&] { ++completed; }));
  EXPECT_EQ(completed, 1'001);
}

TEST(completion_threads, nobody_waits_for_ever_however_posts_and_threads_that_fall_asleep_meet) {
  completion_threads threads{{.least = 3, .most = 3}};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&threads, caller] {
      for (int i = 0; i < 5'000; ++i) {
        std::promise<void> here;
        threads.post(answer_of(std::to_string(caller), [&] { here.set_value(); }));
        here.get_future().wait();
      }
    });
  for (auto& one : callers) one.join();
}

TEST(completion_threads, a_callback_may_post_the_next) {
  completion_threads threads;
  std::atomic<int> left{1'000};
  std::promise<void> over;
  std::function<void()> next = [&] {
    if (--left == 0) return over.set_value();
    threads.post(answer_of("x", next));
  };
  threads.post(answer_of("x", next));
  over.get_future().wait();
  EXPECT_EQ(left, 0);
}

}  // namespace
}  // namespace acta::internal
