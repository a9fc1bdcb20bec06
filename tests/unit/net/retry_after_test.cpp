#include "runtime/net/retry_after.hpp"

#include <gtest/gtest.h>

namespace acta::testing {

namespace {

using namespace std::chrono_literals;
using internal::retry_after;

// "Sun, 06 Nov 1994 08:49:37 GMT", the example of RFC 9110.
const std::chrono::system_clock::time_point then = std::chrono::sys_seconds{784'111'777s};

TEST(retry_after, is_seconds_or_a_date) {
  EXPECT_EQ(retry_after("0", then), 0s);
  EXPECT_EQ(retry_after("120", then), 120s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", then), 0s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", then), 60s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", then + 500ms), 60s) << "never too early";
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", then), 0s) << "it has passed";
}

TEST(retry_after, is_a_day_at_most) {
  EXPECT_EQ(retry_after("86401", then), 86'400s);
  EXPECT_EQ(retry_after("99999999999999999999", then), 86'400s);
  EXPECT_EQ(retry_after("Tue, 01 Jan 9999 00:00:00 GMT", then), 86'400s);
}

TEST(retry_after, is_nothing_if_it_is_neither) {
  for (const auto* text : {"", "-1", "1.5", "soon", "12s", "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 06 Xxx 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"})
    EXPECT_FALSE(retry_after(text, then)) << text;
}

}  // namespace

}  // namespace acta::testing
