#include "runtime/telemetry/span_queue.hpp"

#include <gtest/gtest.h>

#include "tests/support/spans.hpp"

namespace acta::testing {

namespace {

using namespace internal;

span named(std::string name) {
  auto one = whole_span();
  one.name = std::move(name);
  return one;
}

TEST(a_span_queue, gives_batches_in_order) {
  span_queue queue{{100, 1'000'000, 2}};
  for (const auto* name : {"a", "b", "c"}) EXPECT_TRUE(queue.put(named(name)));
  EXPECT_EQ(queue.size(), 3U);
  const auto first = queue.take();
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].name, "a");
  EXPECT_EQ(first[1].name, "b");
  const auto second = queue.take();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].name, "c");
  EXPECT_TRUE(queue.take().empty());
  EXPECT_EQ(queue.size(), 0U);
}

TEST(a_span_queue, refuses_what_is_new_beyond_its_number_and_has_room_again) {
  span_queue queue{{3, 1'000'000, 2}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.put(named("x")));
  auto late = named("late");
  EXPECT_FALSE(queue.put(std::move(late)));
  EXPECT_EQ(queue.take().size(), 2U);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(queue.put(named("x")));
  EXPECT_FALSE(queue.put(named("x")));
}

TEST(a_span_queue, refuses_what_is_new_beyond_its_bytes_and_has_room_again) {
  const auto large = named(std::string(1'000, 'x'));
  span_queue queue{{100, 3 * weight_of(large), 1}};
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.put(span{large}));
    EXPECT_FALSE(queue.put(named("")));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.take().size(), 1U);
  }
}

}  // namespace

}  // namespace acta::testing
