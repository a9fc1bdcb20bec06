#include "actors/base/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace acta::internal {
namespace {

/// The value that so large a share of `sorted` does not exceed.
std::uint64_t exact(const std::vector<std::uint64_t>& sorted, double quantile) {
  const auto rank = std::ceil(quantile * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

TEST(histogram, percentiles_are_never_below_the_exact_ones_and_within_a_128th_above) {
  std::mt19937_64 chance{20261127};
  for (int round = 0; round < 200; ++round) {
    // Values of all magnitudes, spread by a different law each time.
    std::lognormal_distribution<double> law{std::uniform_real_distribution{0.0, 25.0}(chance),
                                            std::uniform_real_distribution{0.1, 6.0}(chance)};
    histogram seen;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 1'000; ++i) {
      const auto value = static_cast<std::uint64_t>(std::min(law(chance), 1e18));
      values.push_back(value);
      seen.add(value);
    }
    std::sort(values.begin(), values.end());
    for (const auto quantile : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const auto right = exact(values, quantile);
      ASSERT_GE(seen.at(quantile), right) << quantile;
      ASSERT_LE(static_cast<double>(seen.at(quantile)),
                static_cast<double>(right) * (1 + 1.0 / 128))
          << quantile;
    }
    ASSERT_EQ(seen.count(), values.size());
    ASSERT_EQ(seen.least(), values.front());
    ASSERT_EQ(seen.most(), values.back());
  }
}

TEST(histogram, buckets_touch_each_other_and_hold_what_they_say) {
  std::uint64_t next = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t beside : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{77}}) {
      const auto value = (std::uint64_t{1} << bit) + beside;
      histogram one;
      one.add(value);
      one.for_each([&](const histogram::bucket& holds) {
        EXPECT_LE(holds.least, value);
        EXPECT_GE(holds.most, value);
        EXPECT_LE((holds.most - holds.least) * 128, holds.least) << value;
      });
    }
  }
  // Each bucket begins where the one before it ended.
  while (next < std::uint64_t{1} << 20) {
    histogram one;
    one.add(next);
    one.for_each([&](const histogram::bucket& holds) {
      ASSERT_EQ(holds.least, next);
      next = holds.most + 1;
    });
  }
}

TEST(histogram, the_largest_value_of_all_has_a_bucket) {
  histogram seen;
  seen.add(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(seen.at(1), std::numeric_limits<std::uint64_t>::max());
}

TEST(histogram, two_of_them_add_up) {
  histogram one, other, both;
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    (i % 3 == 0 ? one : other).add(i * i);
    both.add(i * i);
  }
  one += other;
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.least(), 0U);
  EXPECT_EQ(one.most(), both.most());
  EXPECT_DOUBLE_EQ(one.mean(), both.mean());
  for (const auto quantile : {0.1, 0.5, 0.99}) EXPECT_EQ(one.at(quantile), both.at(quantile));
}

TEST(histogram, an_empty_one_has_zeros) {
  histogram none;
  none.add(5, 0);
  EXPECT_EQ(none.at(0.5), 0U);
  EXPECT_EQ(none.least(), 0U);
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.count_up_to(100), 0U);
}

TEST(histogram, counts_what_is_not_above_a_limit) {
  histogram seen;
  for (std::uint64_t i = 1; i <= 100; ++i) seen.add(i);
  EXPECT_EQ(seen.count_up_to(0), 0U);
  EXPECT_EQ(seen.count_up_to(40), 40U);
  EXPECT_EQ(seen.count_up_to(1'000), 100U);
}

}  // namespace
}  // namespace acta::internal
