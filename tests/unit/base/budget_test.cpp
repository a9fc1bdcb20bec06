#include "actors/base/budget.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>
#include <vector>

namespace acta::internal {

namespace {

TEST(budget, lets_one_share_use_all_but_what_the_others_may_always_use) {
  budget all{1'000, 4};
  EXPECT_EQ(all.reserved(), 62U);
  share busy{all};
  share idle{all};
  EXPECT_TRUE(busy.take(62 + 752));
  EXPECT_FALSE(busy.take(1));
  EXPECT_TRUE(idle.take(62)) << "a quarter of its even share is always there";
  EXPECT_FALSE(idle.take(1));
  busy.give_back(1);
  EXPECT_TRUE(idle.take(1)) << "what one gives back another may take";
  EXPECT_EQ(busy.used(), 62U + 751U);
}

TEST(budget, takes_all_or_nothing) {
  budget all{100, 1};
  share only{all};
  EXPECT_FALSE(only.take(101));
  EXPECT_EQ(only.used(), 0U);
  EXPECT_TRUE(only.take(100));
  EXPECT_FALSE(only.take(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(only.used(), 100U);
}

TEST(budget, of_nothing_refuses_everything_but_nothing) {
  budget none{0, 16};
  share one{none};
  EXPECT_TRUE(one.take(0));
  EXPECT_FALSE(one.take(1));
}

TEST(budget, may_leave_every_share_a_least_part_however_small_it_is) {
  budget all{3, 2, 2};
  share one{all};
  share other{all};
  EXPECT_TRUE(one.take(2));
  EXPECT_FALSE(one.take(1));
  EXPECT_TRUE(other.take(2));
  EXPECT_EQ(all.total(), 4U);
}

TEST(budget, may_be_as_great_as_a_number_can_say) {
  budget all{std::numeric_limits<std::uint64_t>::max(), 4'096};
  share one{all};
  EXPECT_TRUE(one.take(std::uint64_t{1} << 40));
}

TEST(budget, that_is_overdrawn_refuses_until_it_is_paid_back) {
  budget all{100, 1};
  share only{all};
  only.overdraw(150);
  EXPECT_FALSE(only.take(1));
  EXPECT_TRUE(only.overdrawn());
  only.give_back(50);
  EXPECT_FALSE(only.overdrawn());
  EXPECT_FALSE(only.take(1));
  only.give_back(1);
  EXPECT_TRUE(only.take(1));
}

TEST(budget, gets_back_what_a_share_had_that_ends) {
  budget all{100, 2};
  {
    share gone{all};
    ASSERT_TRUE(gone.take(88));
  }
  share next{all};
  EXPECT_TRUE(next.take(88));
}

TEST(budget, says_what_all_use_and_what_a_share_could_still_take) {
  budget all{800, 2};
  share one{all};
  share other{all};
  EXPECT_EQ(one.left(), 700U);
  ASSERT_TRUE(one.take(150));
  EXPECT_EQ(one.left(), 550U);
  EXPECT_EQ(other.left(), 100U + 550U);
  one.overdraw(600);
  EXPECT_EQ(one.left(), 0U);
  EXPECT_EQ(other.left(), 100U) << "its own";
  EXPECT_TRUE(one.overdrawn());
  EXPECT_FALSE(other.overdrawn());
  EXPECT_EQ(all.used(), 750U);
  one.give_back(750);
  EXPECT_EQ(other.left(), 700U);
  EXPECT_EQ(all.used(), 0U);
}

TEST(budget, neither_loses_nor_makes_a_unit_among_threads) {
  constexpr std::size_t threads = 4;
  budget all{1'000, 2};
  share one{all};
  share other{all};
  std::atomic<std::int64_t> in_use{0};
  std::atomic<bool> too_many{false};
  std::vector<std::thread> users;
  for (std::size_t i = 0; i < threads; ++i)
    users.emplace_back([&, i] {
      std::minstd_rand dice{static_cast<unsigned>(i + 1)};
      std::vector<std::pair<share*, std::uint64_t>> mine;
      for (int step = 0; step < 20'000; ++step) {
        if (auto& of = dice() % 2 ? one : other; dice() % 2) {
          const auto units = dice() % 300;
          if (!of.take(units)) continue;
          if (in_use += static_cast<std::int64_t>(units); in_use > 1'000) too_many = true;
          mine.emplace_back(&of, units);
        } else if (!mine.empty()) {
          in_use -= static_cast<std::int64_t>(mine.back().second);
          mine.back().first->give_back(mine.back().second);
          mine.pop_back();
        }
      }
      for (const auto& [of, units] : mine) {
        in_use -= static_cast<std::int64_t>(units);
        of->give_back(units);
      }
    });
  for (auto& user : users) user.join();
  EXPECT_FALSE(too_many);
  EXPECT_EQ(one.used() + other.used(), 0U);
  EXPECT_TRUE(one.take(125 + 750)) << "all of the common part has come back";
  EXPECT_FALSE(one.take(1));
}

}  // namespace
}  // namespace acta::internal
