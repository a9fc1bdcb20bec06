#include "actors/base/split_mix.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <set>

namespace acta {

using namespace internal;
namespace {

TEST(split_mix, makes_the_numbers_of_its_authors) {
  split_mix numbers{0};
  // Of the reference implementation, for this start.
  for (const auto expected : {0xe220a8397b1dcdafULL, 0x6e789e6aa1b965f4ULL, 0x06c45d188009454fULL})
    EXPECT_EQ(numbers.next(), expected);
}

TEST(split_mix, makes_different_numbers_of_which_every_bit_is_as_often_set_as_not) {
  constexpr std::size_t drawn = 10'000;
  split_mix numbers{1};
  std::set<std::uint64_t> all;
  std::size_t bits = 0;
  for (std::size_t i = 0; i < drawn; ++i) {
    const auto next = numbers.next();
    all.insert(next);
    bits += static_cast<std::size_t>(std::popcount(next));
  }
  EXPECT_EQ(all.size(), drawn);
  EXPECT_NEAR(static_cast<double>(bits) / static_cast<double>(64 * drawn), 0.5, 0.005);
}

}  // namespace
}  // namespace acta
