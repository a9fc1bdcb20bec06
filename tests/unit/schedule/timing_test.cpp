// When things are due, on the real tz database, at dates whose rules will not change any more.
#include "runtime/schedule/timing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/codec/text.hpp"
#include "runtime/schedule/due_text.hpp"

namespace acta::internal {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using strings = std::vector<std::string>;

timestamp at(const char* text) { return from_rfc3339(text).value(); }

timing by_cron(const char* expression, const char* where) {
  return timing::by_cron(*cron::parse(expression), *zone::find(where));
}

/// The due times after a time, in UTC.
strings after(const char* time, const timing& when, std::size_t count) {
  strings all;
  auto from = at(time);
  for (std::size_t i = 0; i < count; ++i) {
    const auto next = when.next(from);
    if (!next) break;
    all.push_back(to_due(*next));
    from = *next;
  }
  return all;
}

TEST(timing, follows_the_clocks_of_its_zone) {
  const auto when = by_cron("0 6 * * MON-FRI", "Europe/Zurich");
  EXPECT_THAT(after("2024-03-28T12:00:00Z", when, 3),
              ElementsAre("2024-03-29T05:00:00Z", "2024-04-01T04:00:00Z", "2024-04-02T04:00:00Z"));
  EXPECT_THAT(after("2024-03-29T05:00:00Z", when, 1), ElementsAre("2024-04-01T04:00:00Z"));
  EXPECT_THAT(after("2024-03-29T04:59:59.999999Z", when, 1), ElementsAre("2024-03-29T05:00:00Z"));
}

TEST(timing, fires_a_time_in_a_gap_once_at_its_end) {
  // Clocks went from 2:00 to 3:00 on 31 March 2024, at 01:00 UTC.
  EXPECT_THAT(after("2024-03-30T12:00:00Z", by_cron("30 2 * * *", "Europe/Zurich"), 2),
              ElementsAre("2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"));
  EXPECT_THAT(after("2024-03-30T12:00:00Z", by_cron("0,15,30,45 2,3 * * *", "Europe/Zurich"), 6),
              ElementsAre("2024-03-31T01:00:00Z", "2024-03-31T01:15:00Z", "2024-03-31T01:30:00Z",
                          "2024-03-31T01:45:00Z", "2024-04-01T00:00:00Z", "2024-04-01T00:15:00Z"));
  // From 2:00 to 3:00 on 10 March 2024, at 07:00 UTC.
  EXPECT_THAT(after("2024-03-10T00:00:00Z", by_cron("30 2 * * *", "America/New_York"), 2),
              ElementsAre("2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"));
}

TEST(timing, fires_a_time_that_comes_twice_the_first_time) {
  // Clocks went back from 3:00 to 2:00 on 27 October 2024, at 01:00 UTC.
  const auto when = by_cron("30 2 * * *", "Europe/Zurich");
  EXPECT_THAT(after("2024-10-26T12:00:00Z", when, 2),
              ElementsAre("2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"));
  EXPECT_THAT(after("2024-10-27T01:10:00Z", when, 1), ElementsAre("2024-10-28T01:30:00Z"));
  EXPECT_THAT(after("2024-11-03T00:00:00Z", by_cron("15 1 * * *", "America/New_York"), 2),
              ElementsAre("2024-11-03T05:15:00Z", "2024-11-04T06:15:00Z"));
}

TEST(timing, goes_by_elapsed_time_if_the_hour_is_every_one) {
  EXPECT_THAT(after("2024-03-31T00:10:00Z", by_cron("0 * * * *", "Europe/Zurich"), 3),
              ElementsAre("2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z", "2024-03-31T03:00:00Z"));
  EXPECT_THAT(after("2024-10-26T23:30:00Z", by_cron("0 * * * *", "Europe/Zurich"), 3),
              ElementsAre("2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z"));
  EXPECT_THAT(after("2024-10-27T00:00:00Z", by_cron("*/30 * * * *", "Europe/Zurich"), 4),
              ElementsAre("2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z", "2024-10-27T01:30:00Z",
                          "2024-10-27T02:00:00Z"));
}

TEST(timing, knows_a_zone_that_moves_its_clocks_by_half_an_hour) {
  // Lord Howe: from 2:00 to 2:30 on 6 October 2024, 15:30 UTC of the day before; from 2:00 back to
  // 1:30 on 7 April 2024, at 15:00 UTC of the day before.
  EXPECT_THAT(after("2024-10-05T00:00:00Z", by_cron("15 2 * * *", "Australia/Lord_Howe"), 3),
              ElementsAre("2024-10-05T15:30:00Z", "2024-10-06T15:15:00Z", "2024-10-07T15:15:00Z"));
  EXPECT_THAT(after("2024-04-06T00:00:00Z", by_cron("45 1 * * *", "Australia/Lord_Howe"), 2),
              ElementsAre("2024-04-06T14:45:00Z", "2024-04-07T15:15:00Z"));
  EXPECT_THAT(after("2024-04-06T14:00:00Z", by_cron("45 * * * *", "Australia/Lord_Howe"), 3),
              ElementsAre("2024-04-06T14:45:00Z", "2024-04-06T15:15:00Z", "2024-04-06T16:15:00Z"));
}

TEST(timing, fires_what_belongs_to_a_day_that_a_zone_left_out) {
  // Samoa went from the end of 29 December 2011 to 31 December, at 10:00 UTC on the 30th.
  EXPECT_THAT(after("2011-12-29T12:00:00Z", by_cron("30 12 * * *", "Pacific/Apia"), 3),
              ElementsAre("2011-12-29T22:30:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:30:00Z"));
}

TEST(timing, never_goes_back_however_clocks_do) {
  for (const auto* expression :
       {"*/7 * * * *", "*/20 0-3 * * *", "30 2 * * *", "59 23 * * SAT,SUN"})
    for (const auto* where : {"Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC"}) {
      const auto when = by_cron(expression, where);
      auto last = at("2024-01-01T00:00:00Z");
      for (auto from = last; from < at("2024-12-01T00:00:00Z"); from += 17h) {
        const auto next = when.next(from);
        ASSERT_TRUE(next);
        ASSERT_GT(*next, from) << expression << " " << where;
        ASSERT_GE(*next, last) << expression << " " << where;
        ASSERT_EQ(when.next(*next - 1us), next) << expression << " " << where << to_due(from);
        last = *next;
      }
    }
}

TEST(timing, finds_a_day_that_is_years_away) {
  EXPECT_THAT(after("2096-03-01T00:00:00Z", by_cron("0 0 29 FEB *", "UTC"), 1),
              ElementsAre("2104-02-29T00:00:00Z"));
  EXPECT_THAT(after("2096-03-01T00:00:00Z", by_cron("0 * 29 FEB *", "UTC"), 1),
              ElementsAre("2104-02-29T00:00:00Z"));
}

TEST(timing, counts_an_interval_from_its_beginning) {
  const auto when = timing::by_interval(at("2027-01-01T00:00:10Z"), 15min);
  EXPECT_THAT(after("2027-01-01T00:00:10Z", when, 2),
              ElementsAre("2027-01-01T00:15:10Z", "2027-01-01T00:30:10Z"));
  EXPECT_THAT(after("2027-01-01T00:15:09.999999Z", when, 1), ElementsAre("2027-01-01T00:15:10Z"));
  EXPECT_THAT(after("2026-01-01T00:00:00Z", when, 1), ElementsAre("2027-01-01T00:15:10Z"));
}

TEST(timing, is_due_once_at_a_time) {
  const auto when = timing::at(at("2027-01-01T00:00:00.25Z"));
  EXPECT_TRUE(when.once());
  EXPECT_THAT(after("2020-01-01T00:00:00Z", when, 5), ElementsAre("2027-01-01T00:00:00.250000Z"));
}

TEST(timing, finds_the_newest_time_that_was_missed) {
  const auto when = by_cron("0 6 * * *", "UTC");
  EXPECT_EQ(when.last(at("2020-01-01T00:00:00Z"), at("2024-01-01T05:59:00Z")),
            at("2023-12-31T06:00:00Z"));
  EXPECT_EQ(when.last(at("2024-01-01T06:00:00Z"), at("2024-01-02T05:00:00Z")), std::nullopt);
  EXPECT_EQ(when.last(at("2024-01-01T05:00:00Z"), at("2024-01-01T06:00:00Z")),
            at("2024-01-01T06:00:00Z"));
  EXPECT_EQ(by_cron("0 0 29 2 *", "UTC").last(timestamp::min(), at("2024-02-28T00:00:00Z")),
            at("2020-02-29T00:00:00Z"));
  EXPECT_EQ(timing::by_interval(at("2020-01-01T00:00:00Z"), 1s)
                .last(at("2020-01-01T00:00:00Z"), at("2027-01-01T00:00:00.5Z")),
            at("2027-01-01T00:00:00Z"));
}

TEST(timing, names_a_zone_that_is_not_known) {
  for (const auto* name : {"Europe/Zürich", "Mars/Base", "", "../etc/passwd", "current",
                           "localtime", "right/Europe/Zurich"}) {
    const auto found = zone::find(name);
    ASSERT_FALSE(found.ok()) << name;
    EXPECT_EQ(found.error().field, "zone");
    EXPECT_THAT(found.error().detail, HasSubstr("is not known here"));
  }
}

TEST(timing, reads_intervals) {
  EXPECT_EQ(*interval_of("15m"), 15min);
  EXPECT_EQ(*interval_of("1s"), 1s);
  EXPECT_EQ(*interval_of("366d"), 366 * 24h);
  for (const auto* wrong :
       {"", "m", "0m", "1.5h", "-1h", "367d", "15", "15 m", "1w", "99999999999999999999s"}) {
    const auto read = interval_of(wrong);
    ASSERT_FALSE(read.ok()) << wrong;
    EXPECT_EQ(read.error().field, "every");
  }
  EXPECT_EQ(to_interval(90min), "90m");
  EXPECT_EQ(to_interval(48h), "2d");
  EXPECT_EQ(to_interval(61s), "61s");
}

}  // namespace
}  // namespace acta::internal
