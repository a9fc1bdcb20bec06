#include "runtime/codec/duration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::internal {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(duration, is_a_whole_number_and_its_unit) {
  EXPECT_EQ(duration_of("0s"), 0ms);
  EXPECT_EQ(duration_of("250ms"), 250ms);
  EXPECT_EQ(duration_of("90s"), 90s);
  EXPECT_EQ(duration_of("10m"), 10min);
  EXPECT_EQ(duration_of("1h"), 1h);
  EXPECT_EQ(duration_of("24h"), 24h);
  for (const auto* wrong : {"", "s", "10", "-1s", "1.5s", "1 s", "1d", "25h", "1441m",
                            "18446744073709551615h", "18446744073709551616s"})
    EXPECT_EQ(duration_of(wrong), std::nullopt) << wrong;
}

TEST(duration, that_is_none_is_told_with_the_units_and_the_limit) {
  EXPECT_EQ(no_duration("20m", 20min), "");
  EXPECT_THAT(no_duration("30m", 20min), HasSubstr("'30m' is no time of at most 20m"));
  EXPECT_THAT(no_duration("30m", 20min), HasSubstr("ms, s, m or h"));
  EXPECT_THAT(no_duration("25h"), HasSubstr("at most 24h"));
}

}  // namespace
}  // namespace acta::internal
