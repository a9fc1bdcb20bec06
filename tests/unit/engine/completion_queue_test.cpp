// Which answer leaves next.
#include "runtime/engine/completion_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/engine/answer.hpp"

namespace acta::internal {
namespace {

using testing::answer_of;
using time_point = completion_queue::time_point;
using namespace std::chrono_literals;

class completion_queue_test : public ::testing::Test {
protected:
  completion_ptr push(const std::string& stream, time_point now = {}) {
    auto one = answer_of(stream);
    auto moved = one;
    queue.push({&moved, 1}, now);
    return one;
  }
  completion_queue queue;
};

TEST_F(completion_queue_test, gives_out_answers_of_different_streams_in_the_order_they_came) {
  const auto a = push("a");
  const auto b = push("b");
  const auto c = push("c");
  EXPECT_EQ(queue.next()->what, a);
  EXPECT_EQ(queue.next()->what, b);
  EXPECT_EQ(queue.next()->what, c);
  EXPECT_FALSE(queue.next());
  EXPECT_EQ(queue.running(), 3U);
}

TEST_F(completion_queue_test, keeps_the_second_of_a_stream_until_the_first_has_completed) {
  const auto first = push("a");
  const auto second = push("a");
  const auto third = push("a");
  const auto other = push("b");
  const auto job = queue.next();
  EXPECT_EQ(job->what, first);
  EXPECT_EQ(queue.next()->what, other);
  EXPECT_FALSE(queue.next());
  EXPECT_EQ(queue.finish(job->place), second);
  EXPECT_EQ(queue.finish(job->place), third);
  EXPECT_EQ(queue.finish(job->place), nullptr);
  EXPECT_EQ(queue.running(), 1U);
}

TEST_F(completion_queue_test, one_that_comes_later_goes_behind_those_of_its_stream_that_wait) {
  push("a");
  const auto second = push("a");
  const auto job = queue.next();
  EXPECT_FALSE(queue.next());  // the second is behind the first now
  const auto third = push("a");
  EXPECT_FALSE(queue.next());
  EXPECT_EQ(queue.finish(job->place), second);
  EXPECT_EQ(queue.finish(job->place), third);
}

TEST_F(completion_queue_test, answers_of_no_stream_wait_for_nobody) {
  const auto one = push("");
  const auto two = push("");
  EXPECT_EQ(queue.next()->what, one);
  EXPECT_EQ(queue.next()->what, two);
}

TEST_F(completion_queue_test, uses_a_place_again_when_it_is_free) {
  push("a");
  push("b");
  const auto a = queue.next();
  const auto b = queue.next();
  EXPECT_EQ(queue.finish(a->place), nullptr);
  push("c");
  EXPECT_EQ(queue.next()->place, a->place);
  EXPECT_NE(a->place, b->place);
}

TEST_F(completion_queue_test, is_idle_when_nothing_waits_and_nothing_completes) {
  EXPECT_TRUE(queue.idle());
  push("a");
  EXPECT_FALSE(queue.idle());
  const auto job = queue.next();
  EXPECT_FALSE(queue.waits());
  EXPECT_FALSE(queue.idle());
  EXPECT_EQ(queue.finish(job->place), nullptr);
  EXPECT_TRUE(queue.idle());
}

TEST_F(completion_queue_test, says_since_when_the_oldest_answer_waits_for_a_thread) {
  EXPECT_FALSE(queue.waits_since());
  push("a", time_point{1s});
  const auto oldest = push("b", time_point{2s});
  push("c", time_point{3s});
  EXPECT_EQ(queue.waits_since(), time_point{1s});
  ASSERT_TRUE(queue.next());
  EXPECT_EQ(queue.waits_since(), time_point{2s});
  EXPECT_EQ(&queue.oldest(), oldest.get());
}

TEST_F(completion_queue_test, loses_none_of_a_batch) {
  std::vector<completion_ptr> batch;
  for (int i = 0; i < 100; ++i) batch.push_back(answer_of(std::to_string(i % 7)));
  queue.push(batch, {});
  std::size_t left = 0;
  while (const auto job = queue.next()) {
    ++left;
    while (queue.finish(job->place)) ++left;
  }
  EXPECT_EQ(left, 100U);
  EXPECT_TRUE(queue.idle());
}

}  // namespace
}  // namespace acta::internal
