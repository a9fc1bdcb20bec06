#include "runtime/codec/text.hpp"

#include <gtest/gtest.h>

namespace acta {

namespace {

TEST(text, knows_utf8_from_what_only_looks_like_it) {
  for (const char* good :
       {"", "abc", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x84", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(text, writes_and_reads_times) {
  const timestamp time{std::chrono::microseconds{1'795'520'485'000'123}};
  EXPECT_EQ(to_rfc3339(time), "2026-11-24T11:41:25.000123Z");
  EXPECT_EQ(from_rfc3339(to_rfc3339(time)), time);
  EXPECT_EQ(from_rfc3339("1969-12-31T23:59:59.9Z"), timestamp{std::chrono::microseconds{-100'000}});
  EXPECT_EQ(from_rfc3339("2024-02-29T00:00:00Z")->time_since_epoch().count() % 1'000'000, 0);
}

TEST(text, reads_times_as_others_print_them) {
  const timestamp time{std::chrono::microseconds{1'795'520'485'123'456}};
  for (const char* same : {"2026-11-24T11:41:25.123456+00:00",   // Python
                           "2026-11-24T11:41:25.123456789Z",     // Java
                           "2026-11-24T11:41:25.1234567+00:00",  // .NET
                           "2026-11-24T11:41:25.1234569999999-00:00", "2026-11-24t11:41:25.123456z",
                           "2026-11-24T13:41:25.123456+02:00", "2026-11-24T06:11:25.123456-05:30",
                           "2026-11-25T11:40:25.123456+23:59"})
    EXPECT_EQ(from_rfc3339(same), time) << same;
  EXPECT_EQ(from_rfc3339("1970-01-01T00:00:00.1Z"), timestamp{std::chrono::microseconds{100'000}});
  EXPECT_EQ(from_rfc3339("1969-12-31T23:59:59.9999999Z"), timestamp{std::chrono::microseconds{-1}});
}

TEST(text, reads_a_number_of_digits_alone) {
  EXPECT_EQ(whole_number("0"), 0U);
  EXPECT_EQ(whole_number("18446744073709551615"), ~std::uint64_t{0});
  for (const auto* none : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616"})
    EXPECT_EQ(whole_number(none), std::nullopt) << none;
}

TEST(text, refuses_what_is_no_time) {
  for (const char* bad :
       {"", "2026-11-24", "2026-11-24T11:28:05", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T11:28:05.Z", "2026-11-24T11:28:05.1a34567Z",
        "2026-11-24 11:28:05Z", "2026-11-24T11:28:05+0100", "2026-11-24T11:28:05+01",
        "2026-11-24T11:28:05+24:00", "2026-11-24T11:28:05+01:60", "2026-11-24T11:28:05 01:00",
        "2026-11-24T11:28:05+01:00Z", "2026-11-24T11:28:05Z ", "2026-11-24T11:28:05.5",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"})
    EXPECT_FALSE(from_rfc3339(bad)) << bad;
}

TEST(text, writes_and_reads_base64) {
  for (const auto& [plain, encoded] :
       {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}}) {
    const std::string text = plain;
    const auto input = std::as_bytes(std::span{text});
    EXPECT_EQ(to_base64(input), encoded);
    EXPECT_EQ(from_base64(encoded), bytes(input.begin(), input.end()));
  }
  for (const char* bad : {"Z", "Zg=", "Zg==Zg==", "Z===", "Zh==", "Zm9!"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(text, knows_the_times_that_have_a_text) {
  const auto first = from_rfc3339("0000-01-01T00:00:00Z");
  const auto last = from_rfc3339("9999-12-31T23:59:59.999999Z");
  ASSERT_TRUE(first && last);
  EXPECT_TRUE(has_rfc3339(*first) && has_rfc3339(*last));
  EXPECT_FALSE(has_rfc3339(*first - std::chrono::microseconds{1}));
  EXPECT_FALSE(has_rfc3339(*last + std::chrono::microseconds{1}));
  EXPECT_EQ(to_rfc3339(timestamp::max()), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339(timestamp::min()), "0000-01-01T00:00:00.000000Z");
}

TEST(text, tells_durations_as_people_do) {
  for (const auto& [seconds, told] : {std::pair{0.0, "0.00 s"},
                                      {0.266096, "0.27 s"},
                                      {0.994, "0.99 s"},
                                      {0.996, "1.0 s"},
                                      {5.26, "5.3 s"},
                                      {9.96, "10 s"},
                                      {59.4, "59 s"},
                                      {59.6, "1 min 0 s"},
                                      {65.0, "1 min 5 s"},
                                      {3599.6, "1 h 0 min"},
                                      {7384.0, "2 h 3 min"},
                                      {360'000.0, "100 h 0 min"}})
    EXPECT_EQ(to_text(std::chrono::duration<double>{seconds}), told) << seconds;
}

TEST(text, writes_every_time_there_is) {
  const auto text = [](std::int64_t us) {
    return to_expanded_rfc3339(timestamp{std::chrono::microseconds{us}});
  };
  EXPECT_EQ(text(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(253'402'300'799'999'999), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(text(253'402'300'800'000'000), "+010000-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(-62'167'219'200'000'000), "0000-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(-62'167'219'200'000'001), "-000001-12-31T23:59:59.999999Z");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max()), "+294247-01-10T04:00:54.775807Z");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min()), "-290308-12-21T19:59:05.224192Z");
}

TEST(text, replaces_what_is_not_utf8) {
  EXPECT_EQ(to_utf8("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(to_utf8("\xff"
                    "a\xc3"),
            "\xef\xbf\xbd"
            "a\xef\xbf\xbd");
  EXPECT_TRUE(is_utf8(to_utf8("\xed\xa0\x80\xf0\x9f")));
  EXPECT_EQ(to_utf8(""), "");
}

}  // namespace
}  // namespace acta
