#include "actors/shard/parking.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

using std::chrono::seconds;

class parking_test : public ::testing::Test {
protected:
  static constexpr std::uint64_t longest = ~std::uint64_t{0};  // no jitter off the wait

  bool dies(const stream_id& which = a) {
    return tested.died(which, {{}, false, "why"}, now, longest) != set_aside::none;
  }
  bool dies_of(std::uint64_t hash) {
    return tested.died(a, {command_identity{"pay", "c-1", hash}, false, "why"}, now, longest) ==
           set_aside::command;
  }
  bool free(std::uint64_t hash = 0, const stream_id& which = a) {
    return !tested.check(which, hash, now);
  }

  static inline const stream_id a{"test", "a"};
  static inline const stream_id b{"test", "b"};
  parking tested{{{2, seconds{10}}, 2, {seconds{1}, seconds{8}}}};
  parking::time_point now{seconds{1'000'000}};
};

TEST_F(parking_test, sets_an_aggregate_aside_that_dies_more_often_than_its_intensity) {
  EXPECT_TRUE(tested.empty());
  EXPECT_FALSE(dies());
  EXPECT_FALSE(dies());
  EXPECT_TRUE(free());
  EXPECT_TRUE(dies());
  EXPECT_FALSE(free());
  EXPECT_TRUE(free(0, b)) << "its neighbours do not notice";
  const auto why = tested.check(a, 0, now);
  EXPECT_EQ(why->code, errc::unavailable);
  EXPECT_EQ(why->detail, "this aggregate failed 3 times and is set aside for a while");
}

TEST_F(parking_test, bears_deaths_that_are_far_apart) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(dies());
    now += seconds{6};
  }
}

TEST_F(parking_test, tries_again_after_a_wait_that_doubles_up_to_the_longest) {
  for (int i = 0; i < 3; ++i) dies();
  for (const int wait : {1, 2, 4, 8, 8}) {
    now += seconds{wait} - std::chrono::milliseconds{1};
    EXPECT_FALSE(free()) << wait;
    now += std::chrono::milliseconds{1};
    EXPECT_TRUE(free()) << wait;
    EXPECT_TRUE(dies()) << "one more death is enough";
  }
}

TEST_F(parking_test, shortens_the_wait_by_chance_to_no_less_than_half) {
  EXPECT_EQ((backoff{seconds{1}, seconds{8}}.delay(1, 0)), std::chrono::milliseconds{500});
  EXPECT_EQ((backoff{seconds{1}, seconds{8}}.delay(3, 0)), seconds{2});
  EXPECT_EQ((backoff{seconds{1}, seconds{8}}.delay(100, longest)), seconds{8});
}

TEST_F(parking_test, sets_aside_at_once_what_cannot_be_recovered) {
  EXPECT_EQ(tested.died(a, {{}, true, "a gap"}, now, longest), set_aside::aggregate);
  EXPECT_FALSE(free());
}

TEST_F(parking_test, sets_a_command_aside_that_kills_before_its_aggregate_is) {
  EXPECT_FALSE(dies_of(7));
  EXPECT_TRUE(dies_of(7));
  EXPECT_FALSE(free(7));
  EXPECT_TRUE(free(8)) << "other commands go on";
  EXPECT_EQ(tested.check(a, 7, now)->detail,
            "this command failed 2 times and is set aside for a while");
  now += seconds{1};
  EXPECT_TRUE(free(7)) << "it may have been mended";
}

TEST_F(parking_test, lists_what_is_set_aside_and_until_when) {
  dies_of(7);
  dies_of(7);
  const timestamp wall{std::chrono::hours{1}};
  const auto all = tested.list(now, wall);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].stream, a);
  EXPECT_EQ(all[0].command, "pay");
  EXPECT_EQ(all[0].command_id, "c-1");
  EXPECT_EQ(all[0].failures, 2U);
  EXPECT_EQ(all[0].reason, "why");
  EXPECT_GT(all[0].until, wall);
  now += seconds{2};
  EXPECT_TRUE(tested.list(now, wall).empty());
}

TEST_F(parking_test, forgets_what_has_been_calm) {
  dies();
  dies_of(7);
  now += seconds{10};
  tested.sweep(now);
  EXPECT_FALSE(tested.empty()) << "it would be tried again only now";
  now += seconds{7};
  tested.sweep(now);
  EXPECT_TRUE(tested.empty());
}

}  // namespace
}  // namespace acta
