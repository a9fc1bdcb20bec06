#include "runtime/schedule/cron.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace acta::internal {

namespace {

using namespace std::chrono;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string wrong(const char* text) {
  const auto read = cron::parse(text);
  if (read) return "it was read";
  EXPECT_EQ(read.error().code, errc::malformed);
  EXPECT_EQ(read.error().field, "cron");
  return read.error().detail;
}

std::string minutes_of(const char* field) {
  const auto read = cron::parse(std::string{field} + " * * * *");
  if (!read) return read.error().detail;
  std::string all;
  for (unsigned i = 0; i < 60; ++i)
    if (read->has_minute(i)) all += (all.empty() ? "" : " ") + std::to_string(i);
  return all;
}

/// The days of a month, by an expression's last three fields.
std::string days_of(const std::string& fields, year_month month) {
  const auto read = cron::parse("0 0 " + fields);
  if (!read) return read.error().detail;
  std::string all;
  for (sys_days day{month / 1}; day <= sys_days{month / last}; day += days{1})
    if (read->has_day(day))
      all += (all.empty() ? "" : " ") + std::to_string(unsigned{year_month_day{day}.day()});
  return all;
}

constexpr auto november = year{2026} / November;  // begins on a Sunday

TEST(cron, reads_lists_ranges_and_steps) {
  EXPECT_EQ(minutes_of("5"), "5");
  EXPECT_EQ(minutes_of("59,0,30"), "0 30 59");
  EXPECT_EQ(minutes_of("*/20"), "0 20 40");
  EXPECT_EQ(minutes_of("10-20/5"), "10 15 20");
  EXPECT_EQ(minutes_of("1-3,7,50-59/4"), "1 2 3 7 50 54 58");
}

TEST(cron, takes_any_run_of_blanks_and_tabs_between_fields) {
  const auto read = cron::parse(" 5\t6 \t *  *\t*\t");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->has_minute(5));
  EXPECT_TRUE(read->has_hour(6));
}

TEST(cron, knows_names_in_any_case_and_sunday_by_both_its_numbers) {
  EXPECT_EQ(days_of("* NOV mon", november), "2 9 16 23 30");
  EXPECT_EQ(days_of("* 11 7", november), "1 8 15 22 29");
  EXPECT_EQ(days_of("* * 0", november), "1 8 15 22 29");
  EXPECT_EQ(days_of("* * sat-SUN", november), "1 7 8 14 15 21 22 28 29");
  EXPECT_EQ(days_of("* * 5-7", november), "1 6 7 8 13 14 15 20 21 22 27 28 29");
  EXPECT_EQ(days_of("* jan-oct,dec *", november), "");
}

TEST(cron, takes_a_day_by_its_number_or_its_weekday_if_both_are_given) {
  EXPECT_EQ(days_of("15 * *", november), "15");
  EXPECT_EQ(days_of("* * FRI", november), "6 13 20 27");
  EXPECT_EQ(days_of("1,15 * FRI", november), "1 6 13 15 20 27");
  EXPECT_EQ(days_of("*/10 * FRI", november), "1 6 11 13 20 21 27");
  EXPECT_EQ(days_of("* * *", year{2026} / February),
            "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28");
}

TEST(cron, tells_every_hour_from_hours_that_are_all_named) {
  EXPECT_TRUE(cron::parse("0 * * * *")->every_hour());
  EXPECT_FALSE(cron::parse("0 0-23 * * *")->every_hour());
}

TEST(cron, names_the_field_that_is_wrong) {
  EXPECT_THAT(wrong("61 * * * *"),
              StartsWith("the minute field is '61': '61' is not from 0 to 59"));
  EXPECT_THAT(wrong("* 24 * * *"), StartsWith("the hour field is '24'"));
  EXPECT_THAT(wrong("* * 0 * *"), StartsWith("the day-of-month field is '0'"));
  EXPECT_THAT(wrong("* * * 13 *"), StartsWith("the month field is '13'"));
  EXPECT_THAT(wrong("* * * * 8"), StartsWith("the weekday field is '8'"));
  EXPECT_THAT(wrong("* * * * MAN"), HasSubstr("or a name from SUN to SAT"));
  EXPECT_THAT(wrong("* * * JUN-FEB *"), HasSubstr("the range ends before it begins"));
  EXPECT_THAT(wrong("*/0 * * * *"), HasSubstr("a step is a number from 1 to 59"));
  EXPECT_THAT(wrong("5/15 * * * *"), HasSubstr("a step belongs to `*` or to a range"));
  EXPECT_THAT(wrong("1-2-3 * * * *"), HasSubstr("a range has two ends"));
  EXPECT_THAT(wrong("1,,2 * * * *"), StartsWith("the minute field"));
  EXPECT_THAT(wrong("* * L * *"), StartsWith("the day-of-month field is 'L'"));
  EXPECT_THAT(wrong("* * * * 5#2"), StartsWith("the weekday field is '5#2'"));
  EXPECT_THAT(wrong("-1 * * * *"), StartsWith("the minute field is '-1'"));
}

TEST(cron, has_five_fields_and_days_that_come) {
  EXPECT_THAT(wrong("0 0 6 * * MON"), HasSubstr("has five fields"));
  EXPECT_THAT(wrong(""), HasSubstr("has 0"));
  EXPECT_THAT(wrong("0 0 30 2 *"), HasSubstr("day-of-month"));
  EXPECT_THAT(wrong("0 0 31 APR,JUN *"), HasSubstr("day-of-month"));
  EXPECT_TRUE(cron::parse("0 0 29 2 *").ok());
  EXPECT_TRUE(cron::parse("0 0 31 4 MON").ok());
}

}  // namespace
}  // namespace acta::internal
