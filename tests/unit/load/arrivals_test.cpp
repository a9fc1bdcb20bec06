#include "runtime/load/arrivals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;

std::vector<std::chrono::nanoseconds> all_of(const rate_line& line, arrival_law law,
                                             std::uint64_t seed = 1) {
  arrivals from{line, law};
  random_numbers chance{seed};
  std::vector<std::chrono::nanoseconds> times;
  while (const auto time = from.next(chance)) times.push_back(*time);
  return times;
}

TEST(arrivals, of_a_constant_rate_are_equally_spaced_and_begin_at_once) {
  const auto times = all_of({100, 100, 2s}, arrival_law::constant);
  ASSERT_EQ(times.size(), 200U);
  for (std::size_t i = 0; i < times.size(); ++i)
    ASSERT_EQ(times[i], 10ms * static_cast<std::int64_t>(i));
}

TEST(arrivals, of_a_ramp_have_its_rate_at_each_moment) {
  for (const auto& line :
       {rate_line{0, 1'000, 10s}, rate_line{1'000, 0, 10s}, rate_line{500, 700, 10s}}) {
    const auto times = all_of(line, arrival_law::constant);
    const auto all = (line.from + line.to) / 2 * 10;
    EXPECT_NEAR(static_cast<double>(times.size()), all, 1);
    for (std::size_t i = 0; i < times.size(); i += 100)
      ASSERT_NEAR(line.requests_until(times[i]), static_cast<double>(i), 0.01);
    ASSERT_TRUE(std::is_sorted(times.begin(), times.end()));
    ASSERT_LT(times.back(), 10s);
  }
}

// In a Poisson process the count within any time has its mean as its variance.
TEST(arrivals, by_poisson_come_as_often_on_average_and_vary_as_they_must) {
  constexpr int cells = 1'000;
  std::vector<double> counts(cells);
  for (const auto time : all_of({2'000, 2'000, 10s}, arrival_law::poisson))
    ++counts[static_cast<std::size_t>(time / 10ms)];
  double mean = 0, squares = 0;
  for (const auto count : counts) mean += count / cells;
  for (const auto count : counts) squares += (count - mean) * (count - mean) / cells;
  EXPECT_NEAR(mean, 20, 0.5);
  EXPECT_NEAR(squares / mean, 1, 0.15);
}

TEST(arrivals, repeat_with_their_seed) {
  const rate_line line{10, 500, 1s};
  EXPECT_EQ(all_of(line, arrival_law::poisson, 5), all_of(line, arrival_law::poisson, 5));
  EXPECT_NE(all_of(line, arrival_law::poisson, 5), all_of(line, arrival_law::poisson, 6));
}

TEST(arrivals, of_the_rate_zero_there_are_none) {
  EXPECT_TRUE(all_of({0, 0, 1s}, arrival_law::constant).empty());
  EXPECT_TRUE(all_of({0, 0, 1s}, arrival_law::poisson).empty());
}

}  // namespace
}  // namespace acta::internal::load
