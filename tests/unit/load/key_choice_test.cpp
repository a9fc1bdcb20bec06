#include "runtime/load/key_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace acta::internal::load {
namespace {

std::vector<std::uint64_t> counted(key_choice choice, std::uint64_t keys, std::size_t draws) {
  random_numbers chance{4711};
  std::vector<std::uint64_t> counts(keys);
  for (std::size_t i = 0; i < draws; ++i) ++counts.at(choice.next(chance));
  return counts;
}

/// How many standard deviations Pearson's statistic is above what it is on average: it has
/// `cells - 1` degrees of freedom, thus that mean and twice that variance.
double deviations(const std::vector<std::uint64_t>& counts, const std::vector<double>& shares) {
  const auto draws =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  double statistic = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto expected = shares[i] * draws;
    const auto off = static_cast<double>(counts[i]) - expected;
    statistic += off * off / expected;
  }
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

std::vector<double> zipf_shares(std::uint64_t ranks, double exponent) {
  std::vector<double> shares(ranks);
  for (std::size_t i = 0; i < ranks; ++i)
    shares[i] = std::pow(static_cast<double>(i + 1), -exponent);
  const auto sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (auto& share : shares) share /= sum;
  return shares;
}

TEST(zipf, follows_the_exact_law_for_every_exponent) {
  constexpr std::size_t draws = 1'000'000;
  for (const double exponent : {0.01, 0.5, 0.99, 1.0, 1.01, 1.5, 3.0})
    for (const std::uint64_t ranks : {2U, 10U, 1'000U}) {
      if (exponent > 2 && ranks > 10) continue;  // cells that hold less than one draw
      const zipf law{ranks, exponent};
      random_numbers chance{99};
      std::vector<std::uint64_t> counts(ranks);
      for (std::size_t i = 0; i < draws; ++i) ++counts.at(law.choose(chance) - 1);
      EXPECT_LT(deviations(counts, zipf_shares(ranks, exponent)), 4)
          << exponent << " over " << ranks;
      // It would see a law that is a little off.
      if (ranks < 1'000) continue;
      EXPECT_GT(deviations(counts, zipf_shares(ranks, exponent + 0.02)), 10) << exponent;
    }
}

TEST(zipf, has_one_rank_or_very_many) {
  random_numbers chance{1};
  for (int i = 0; i < 100; ++i) EXPECT_EQ((zipf{1, 1.0}.choose(chance)), 1U);
  const zipf many{std::uint64_t{1} << 50, 0.5};
  std::uint64_t largest = 0;
  for (int i = 0; i < 1'000; ++i) largest = std::max(largest, many.choose(chance));
  EXPECT_LE(largest, std::uint64_t{1} << 50);
  EXPECT_GT(largest, std::uint64_t{1} << 48);
}

TEST(permutation, has_each_place_once_and_is_another_one_for_each_seed) {
  for (const std::uint64_t size : {1U, 2U, 3U, 7U, 64U, 1'000U, 65'537U}) {
    std::vector<std::uint64_t> places;
    const permutation one{size, 5};
    for (std::uint64_t i = 0; i < size; ++i) places.push_back(one(i));
    auto sorted = places;
    std::sort(sorted.begin(), sorted.end());
    for (std::uint64_t i = 0; i < size; ++i) ASSERT_EQ(sorted[i], i);
    if (size < 1'000) continue;
    const permutation other{size, 6};
    std::uint64_t same = 0;
    std::uint64_t still = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      if (places[i] == other(i)) ++same;
      if (places[i] == i) ++still;
    }
    EXPECT_LT(same, 10U);
    EXPECT_LT(still, 10U);
  }
}

TEST(key_choice, uniform_keys_are_equally_frequent) {
  const std::vector<double> shares(100, 0.01);
  EXPECT_LT(deviations(counted({uniform_keys{}, 100, 1}, 100, 100'000), shares), 4);
}

TEST(key_choice, sequential_keys_take_turns) {
  key_choice choice{sequential_keys{}, 3, 1};
  random_numbers chance{1};
  for (const std::uint64_t expected : {0U, 1U, 2U, 0U, 1U})
    EXPECT_EQ(choice.next(chance), expected);
}

TEST(key_choice, a_hot_set_has_its_share_and_its_keys_are_as_hot_as_each_other) {
  auto counts = counted({hot_keys{10, 0.9}, 1'000, 1}, 1'000, 1'000'000);
  std::sort(counts.begin(), counts.end(), std::greater{});
  std::vector<double> shares(1'000, 0.1 / 990);
  std::fill_n(shares.begin(), 10, 0.09);
  EXPECT_LT(deviations(counts, shares), 4);
}

TEST(key_choice, the_frequent_keys_are_spread_by_the_seed) {
  const auto frequent = [](std::uint64_t seed) {
    const auto counts = counted({zipf_keys{1}, 10'000, seed}, 10'000, 100'000);
    return std::max_element(counts.begin(), counts.end()) - counts.begin();
  };
  EXPECT_EQ(frequent(1), frequent(1));
  EXPECT_NE(frequent(1), frequent(2));
}

TEST(random_numbers, stay_within_their_bounds) {
  random_numbers chance{7};
  std::uint64_t largest = 0;
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    largest = std::max(largest, chance.below(6));
    const auto one = chance.between(-3, 3);
    ASSERT_GE(one, -3);
    ASSERT_LE(one, 3);
    sum += chance.exponential();
  }
  EXPECT_EQ(largest, 5U);
  EXPECT_NEAR(sum / 100'000, 1, 0.02);
  chance.between(std::numeric_limits<std::int64_t>::min(),
                 std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace acta::internal::load
