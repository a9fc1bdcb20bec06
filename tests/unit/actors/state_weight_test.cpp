#include "actors/aggregate/state_weight.hpp"

#include <gtest/gtest.h>

namespace acta::internal {

namespace {

constexpr std::size_t kib = 1024;

TEST(state_weight, is_that_of_the_snapshot_and_of_the_events_since) {
  state_weight weight{1'000};
  weight.add_event(100);
  weight.add_event(50);
  EXPECT_EQ(weight.bytes(), 150U);
  weight.is_as_snapshot(70);
  EXPECT_EQ(weight.bytes(), 70U);
  weight.add_event(5);
  EXPECT_EQ(weight.bytes(), 75U);
}

TEST(state_weight, is_told_when_it_has_changed_by_a_quarter_and_4_kib) {
  state_weight weight{1'000};
  weight.add_event(4 * kib - 1);
  EXPECT_FALSE(weight.may_have_changed());
  EXPECT_EQ(weight.change(), std::nullopt);
  weight.add_event(4 * kib);
  EXPECT_TRUE(weight.may_have_changed());
  EXPECT_EQ(weight.change(), 8 * kib - 1);
  EXPECT_FALSE(weight.may_have_changed());
  weight.add_event(100 * kib);
  EXPECT_EQ(weight.change(), 108 * kib - 1);
  weight.add_event(26 * kib);
  EXPECT_FALSE(weight.may_have_changed());
  weight.add_event(kib);
  EXPECT_TRUE(weight.may_have_changed());
  EXPECT_EQ(weight.change(), 135 * kib - 1);
}

TEST(state_weight, is_told_when_a_snapshot_says_that_it_is_less) {
  state_weight weight{1'000};
  weight.add_event(100 * kib);
  ASSERT_TRUE(weight.change());
  weight.is_as_snapshot(90 * kib);
  EXPECT_EQ(weight.change(), std::nullopt) << "near enough";
  weight.is_as_snapshot(10);
  EXPECT_EQ(weight.change(), 10U);
  EXPECT_EQ(weight.change(), std::nullopt);
}

TEST(state_weight, counts_no_more_events_than_a_snapshot_would_sum_up) {
  for (const std::size_t snapshot_every : {0U, 2'000U}) {
    const std::uint64_t most = snapshot_every > 0 ? snapshot_every : 1'000;
    state_weight weight{snapshot_every};
    for (std::uint64_t i = 0; i < most; ++i) weight.add_event(10);
    EXPECT_EQ(weight.bytes(), 10 * most);
    for (std::uint64_t i = 0; i < most; ++i) weight.add_event(30);
    EXPECT_EQ(weight.bytes(), 20 * most) << "as many as that, of the mean size";
  }
}

}  // namespace
}  // namespace acta::internal
