// "Never" is never: times at the end of what their type can say.
#include <gtest/gtest.h>

#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta {

namespace {

using std::chrono::milliseconds;
using testing::add;
using testing::counter;

/// Every time of the options, said to be never.
options never() {
  auto how = in_memory();
  for (auto* wait : {&how.default_deadline, &how.passivate_after, &how.evictable_after,
                     &how.aggregate_restart_period, &how.parking_least, &how.parking_most,
                     &how.restart_delay_least, &how.restart_delay_most, &how.restart_period,
                     &how.drain_deadline})
    *wait = milliseconds::max();
  how.deadline_tick = milliseconds{1};
  how.live_aggregates = 1;
  how.shard_count = 1;
  return how;
}

TEST(longest_waits, of_a_node_are_never_and_not_at_once) {
  node here{never()};
  const auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  EXPECT_EQ(counters.send("y", add{1}).get().error().code, errc::overloaded)
      << "x may stay for ever, and there is room for one";
  EXPECT_TRUE(counters.send("x", add{1}).get().ok()) << "it did not time out";
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(counters.send("x", testing::explode{}).get().error().code, errc::domain_failed);
  EXPECT_EQ(counters.send("x", testing::explode{}).get().error().code, errc::unavailable)
      << "set aside for ever";
  EXPECT_TRUE(here.shut_down(milliseconds::max()));
}

TEST(longest_waits, for_the_next_look_are_never_too) {
  auto how = in_memory();
  how.deadline_tick = how.metrics_tick = milliseconds::max();
  node here{how};
  const auto counters = here.host<counter>();
  EXPECT_TRUE(counters.send("x", add{1}).get().ok());
}

TEST(longest_waits, to_drain_wait_for_what_was_accepted) {
  node here{in_memory()};
  const auto counters = here.host<counter>();
  std::vector<pending<receipt>> sent;
  for (int i = 0; i < 1'000; ++i) sent.push_back(counters.send(std::to_string(i), add{1}));
  EXPECT_TRUE(here.shut_down(milliseconds::max()));
  for (auto& one : sent) EXPECT_TRUE(one.get().ok());
}

TEST(longest_waits, that_are_negative_are_none) {
  node here{in_memory()};
  EXPECT_TRUE(here.shut_down(milliseconds::min())) << "there is nothing to wait for";
}

}  // namespace
}  // namespace acta
