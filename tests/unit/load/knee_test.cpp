#include "runtime/load/knee.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "runtime/load/random.hpp"

namespace acta::internal::load {
namespace {

using end = knee_result::end;

/// Holds below a capacity, and breaks from there on.
auto sharp(double capacity) {
  return [capacity](double rate) { return rate < capacity ? step::held : step::broke; };
}

double width(const knee_result& found) { return *found.broke / *found.held; }

std::size_t times_tried(const knee_result& found, trial::reason why) {
  return static_cast<std::size_t>(std::count_if(found.trials.begin(), found.trials.end(),
                                                [&](const trial& one) { return one.why == why; }));
}

TEST(knee, of_a_sharp_target_is_between_two_neighbours_for_every_capacity) {
  for (double capacity = 11; capacity < 9e6; capacity *= 1.37) {
    const auto found = find_knee({.first_rate = 10, .most_rate = 1e7}, sharp(capacity));
    ASSERT_EQ(found.why, end::found) << capacity;
    ASSERT_LT(*found.held, capacity);
    ASSERT_GE(*found.broke, capacity);
    ASSERT_LT(width(found), 1.05 + 1e-9) << capacity;
    ASSERT_LE(found.trials.size(), 65U) << capacity;
  }
}

TEST(knee, is_as_precise_as_asked) {
  for (const double precision : {0.001, 0.01, 0.2, 3.0}) {
    const auto found = find_knee(
        {.first_rate = 10, .most_rate = 1e6, .growth = 1.5, .precision = precision}, sharp(7'777));
    ASSERT_EQ(found.why, end::found);
    EXPECT_LT(*found.held, 7'777);
    EXPECT_GE(*found.broke, 7'777);
    EXPECT_LT(width(found), 1 + precision + 1e-9);
  }
}

TEST(knee, repeats_the_rates_around_it_five_times_in_an_order_that_the_seed_decides) {
  const auto order_of = [](std::uint64_t seed) {
    std::vector<double> order;
    const knee_settings how{.first_rate = 10, .most_rate = 1e6, .seed = seed};
    for (const auto& one : find_knee(how, sharp(1'000)).trials)
      if (one.why == trial::reason::around) order.push_back(one.rate);
    return order;
  };
  const auto order = order_of(1);
  EXPECT_EQ(order, order_of(1));
  EXPECT_NE(order, order_of(2));
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::map<double, int> times;
  for (const auto rate : order) ++times[rate];
  EXPECT_EQ(times.size(), 4U);
  for (const auto& [rate, count] : times) EXPECT_EQ(count, 5) << rate;
}

TEST(knee, of_a_target_that_always_holds_is_not_below_the_highest_allowed_rate) {
  const auto found = find_knee({.first_rate = 10, .most_rate = 12'345}, sharp(1e9));
  EXPECT_EQ(found.why, end::none_breaks);
  EXPECT_EQ(found.held, 12'345);
  EXPECT_FALSE(found.broke);
}

TEST(knee, of_a_target_that_never_holds_is_below_the_first_rate) {
  const auto found = find_knee({.first_rate = 10, .most_rate = 1e6}, sharp(1));
  EXPECT_EQ(found.why, end::none_holds);
  EXPECT_FALSE(found.held);
  EXPECT_EQ(found.broke, 10);
}

TEST(knee, is_searched_with_a_single_rate_too) {
  const knee_settings how{.first_rate = 10, .most_rate = 10};
  EXPECT_EQ(find_knee(how, sharp(11)).why, end::none_breaks);
  EXPECT_EQ(find_knee(how, sharp(9)).why, end::none_holds);
}

// What the generator cannot send says nothing of the target.
TEST(knee, is_not_claimed_where_the_generator_is_the_limit) {
  for (double limit = 15; limit < 1e6; limit *= 1.9) {
    const auto found = find_knee({.first_rate = 10, .most_rate = 1e7}, [&](double rate) {
      return rate < limit ? step::held : step::voided;
    });
    ASSERT_EQ(found.why, end::generator_late) << limit;
    ASSERT_FALSE(found.broke);
    ASSERT_LT(*found.held, limit);
    ASSERT_GT(*found.held, limit / 1.06);
  }
  const auto never =
      find_knee({.first_rate = 10, .most_rate = 1e7}, [](double) { return step::voided; });
  EXPECT_EQ(never.why, end::generator_late);
  EXPECT_FALSE(never.held);
  EXPECT_EQ(never.trials.size(), 3U);
}

TEST(knee, is_found_below_the_limit_of_the_generator) {
  for (double capacity = 20; capacity < 1e6; capacity *= 1.9) {
    const auto found = find_knee({.first_rate = 10, .most_rate = 1e7}, [&](double rate) {
      if (rate >= capacity * 1.2) return step::voided;
      return rate < capacity ? step::held : step::broke;
    });
    ASSERT_EQ(found.why, end::found) << capacity;
    ASSERT_LT(*found.held, capacity);
    ASSERT_GE(*found.broke, capacity);
    ASSERT_LT(width(found), 1.05 + 1e-9);
  }
}

TEST(knee, counts_no_step_in_which_the_generator_was_late_by_accident) {
  int found_at_capacity = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_numbers chance{seed};
    const auto found =
        find_knee({.first_rate = 10, .most_rate = 1e6, .seed = seed}, [&](double rate) {
          if (chance.unit() < 0.1) return step::voided;
          return sharp(5'000)(rate);
        });
    for (const auto& one : found.candidates)
      ASSERT_TRUE(one.held + one.broke == 5 || one.voided >= 3) << seed;
    ASSERT_LT(found.held.value_or(0), 5'000) << seed;
    ASSERT_GE(found.broke.value_or(5'000), 5'000) << seed;
    if (found.why == end::found && width(found) < 1.06) ++found_at_capacity;
  }
  EXPECT_GE(found_at_capacity, 190);
}

// The stalls of one step in ten have nothing to do with the rate. A climb alone would end at one of
// them, far below the knee.
TEST(knee, of_a_target_that_stalls_by_chance_is_at_its_capacity) {
  int found_at_capacity = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_numbers chance{seed};
    const auto found =
        find_knee({.first_rate = 10, .most_rate = 1e6, .seed = seed}, [&](double rate) {
          if (chance.unit() < 0.1) return step::broke;
          return sharp(20'000)(rate);
        });
    ASSERT_EQ(found.why, end::found) << seed;
    ASSERT_LT(*found.held, 20'000) << seed;
    ASSERT_LT(*found.held, *found.broke) << seed;
    if (*found.broke >= 20'000 && width(found) < 1.16) ++found_at_capacity;
  }
  EXPECT_GE(found_at_capacity, 290);
}

TEST(knee, is_found_again_far_above_a_climb_that_stalls_ended) {
  int steps = 0;
  const auto found = find_knee({.first_rate = 10, .most_rate = 1e6}, [&](double rate) {
    return ++steps <= 4 ? step::broke : sharp(20'000)(rate);
  });
  ASSERT_EQ(found.why, end::found);
  EXPECT_LT(*found.held, 20'000);
  EXPECT_GE(*found.broke, 20'000);
  EXPECT_LT(width(found), 1.05 + 1e-9);
  EXPECT_GT(times_tried(found, trial::reason::outward), 0U);
  EXPECT_GT(times_tried(found, trial::reason::gap), 0U);
}

// Rates 10, 20, 40 and 80. The climb ends between 20 and 40; then so many of the repeats hold.
knee_result with_repeats_that_hold(int at_20, int at_40) {
  std::map<double, int> times;
  const knee_settings how{.first_rate = 10, .most_rate = 80, .precision = 1};
  return find_knee(how, [&](double rate) {
    const auto time = ++times[std::round(rate)];
    const bool holds = rate < 15 || (rate < 25 && time <= 1 + at_20) ||
                       (rate > 35 && rate < 45 && time > 2 && time <= 2 + at_40);
    return holds ? step::held : step::broke;
  });
}

TEST(knee, is_above_a_rate_that_holds_four_times_and_below_one_that_holds_once) {
  const auto sure = with_repeats_that_hold(4, 1);
  EXPECT_NEAR(*sure.held, 20, 1e-6);
  EXPECT_NEAR(*sure.broke, 40, 1e-6);
  EXPECT_NEAR(*with_repeats_that_hold(3, 1).held, 10, 1e-6);
  EXPECT_NEAR(*with_repeats_that_hold(4, 2).broke, 80, 1e-6);
}

TEST(knee, is_not_claimed_if_the_generator_is_late_in_the_repeats) {
  std::map<double, int> times;
  const auto found =
      find_knee({.first_rate = 10, .most_rate = 160, .precision = 1}, [&](double rate) {
        if (rate < 45) return step::held;
        return ++times[rate] <= 2 ? step::broke : step::voided;
      });
  EXPECT_EQ(found.why, end::generator_late);
  EXPECT_NEAR(*found.held, 40, 1e-6);
  EXPECT_FALSE(found.broke);
}

// Breaks in a hole below the rates that hold: the bracket of the bisection is above the hole.
TEST(knee, of_a_target_that_holds_above_a_rate_that_breaks_is_the_lower_one) {
  const auto found = find_knee({.first_rate = 100, .most_rate = 1e6}, [](double rate) {
    const bool in_the_hole = rate > 930 && rate < 960;
    return in_the_hole || rate > 1'030 ? step::broke : step::held;
  });
  ASSERT_EQ(found.why, end::found);
  EXPECT_TRUE(found.contradiction);
  EXPECT_GT(times_tried(found, trial::reason::doubt), 0U);
  EXPECT_LT(*found.held, *found.broke);
  EXPECT_LT(*found.broke, 960);
}

TEST(knee, is_not_moved_by_a_contradiction_that_repeats_do_not_confirm) {
  std::map<double, int> times;
  const auto found = find_knee({.first_rate = 100, .most_rate = 1e6}, [&](double rate) {
    const bool in_the_hole = rate > 930 && rate < 960;
    if (in_the_hole && ++times[rate] <= 4) return step::broke;
    return rate > 1'030 ? step::broke : step::held;
  });
  ASSERT_EQ(found.why, end::found);
  EXPECT_FALSE(found.contradiction);
  EXPECT_GT(*found.held, 960);
}

// Nothing at all can be known here. The search ends, and its result is in order.
TEST(knee, of_a_coin_ends_with_ends_in_order) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_numbers chance{seed};
    const auto found = find_knee({.first_rate = 10, .most_rate = 1e6, .seed = seed},
                                 [&](double) { return static_cast<step>(chance.below(3)); });
    ASSERT_LE(found.trials.size(), 300U);
    ASSERT_LT(found.held.value_or(0), found.broke.value_or(2e6));
  }
}

TEST(knee, ends_at_the_most_steps_and_keeps_what_it_knows) {
  const auto whole = find_knee({.first_rate = 10, .most_rate = 1e6}, sharp(5'000));
  for (std::size_t most = 1; most < whole.trials.size(); ++most) {
    const auto found =
        find_knee({.first_rate = 10, .most_rate = 1e6, .most_steps = most}, sharp(5'000));
    ASSERT_EQ(found.trials.size(), most);
    ASSERT_EQ(found.why, end::too_many_steps);
    ASSERT_LT(found.held.value_or(0), 5'000);
    ASSERT_GE(found.broke.value_or(5'000), 5'000);
  }
}

TEST(knee, search_ends_at_once_when_a_person_stops_it) {
  const auto whole = find_knee({.first_rate = 10, .most_rate = 1e6}, sharp(5'000));
  for (std::size_t last = 0; last < whole.trials.size(); ++last) {
    std::size_t steps = 0;
    const auto found = find_knee({.first_rate = 10, .most_rate = 1e6}, [&](double rate) {
      return steps++ == last ? step::stopped : sharp(5'000)(rate);
    });
    ASSERT_EQ(steps, last + 1);
    ASSERT_EQ(found.why, end::stopped);
    ASSERT_EQ(found.trials.size(), last + 1);
    ASSERT_EQ(found.trials.back().outcome, step::stopped);
  }
}

}  // namespace
}  // namespace acta::internal::load
