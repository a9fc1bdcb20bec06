#include "runtime/load/verdicts.hpp"

#include <gtest/gtest.h>

namespace acta::internal::load {
namespace {

using nlohmann::json;

histogram times_of(std::uint64_t nanoseconds, std::uint64_t count) {
  histogram times;
  times.add(nanoseconds, count);
  return times;
}

/// In ten seconds: 900 deposits in 3 ms, 90 refused in 5 ms, 10 unreachable after 2 s; 1,000 reads
/// in 1 ms.
phase_measure steady() {
  return {"steady",
          10,
          {{"deposit",
            {{"ok", times_of(3'000'000, 900)},
             {"refused", times_of(5'000'000, 90)},
             {"unreachable", times_of(2'000'000'000, 10)}}},
           {"read", {{"ok", times_of(1'000'000, 1'000)}}}}};
}

std::vector<verdict> judged(const char* list, const std::vector<phase_measure>& phases) {
  return judge(*parse_thresholds(json::parse(list)), phases);
}
verdict judged(const char* one) {
  const auto all = judged((std::string{"["} + one + "]").c_str(), {steady()});
  return all.size() == 1 ? all[0] : verdict{};
}

TEST(verdicts, say_in_short_words_what_was_judged) {
  const auto words = judged(R"({"p99": "20ms", "operation": "deposit"})");
  EXPECT_EQ(words.what, "p99 of deposit");
  EXPECT_EQ(words.limit, "20 ms");
  EXPECT_EQ(words.phase, "steady");
  EXPECT_TRUE(words.measured);
  EXPECT_EQ(judged(R"({"p99_9": "1234ms", "outcome": "ok"})").what, "p99.9 (ok)");
  EXPECT_EQ(judged(R"({"p99_9": "1234ms", "outcome": "ok"})").limit, "1234 ms");
  EXPECT_EQ(judged(R"({"errors": 0.001})").limit, "0.1 %");
  EXPECT_EQ(judged(R"({"answers_per_second": 4000})").what, "answers per second");
  EXPECT_EQ(judged(R"({"answers_per_second": 4000})").limit, "4000/s");
}

TEST(verdicts, on_latencies_are_of_the_answers_that_the_threshold_names) {
  // Of all 2,000 the 10 slow ones are 0.5 %; of the deposits they are 1 %.
  EXPECT_TRUE(judged(R"({"p99": "6ms"})").passed);
  EXPECT_FALSE(judged(R"({"p99_9": "6ms"})").passed);
  EXPECT_EQ(judged(R"({"p99_9": "6ms"})").value, "2 s");
  EXPECT_TRUE(judged(R"({"max": "2s"})").passed);
  EXPECT_TRUE(judged(R"({"max": "2ms", "operation": "read"})").passed);
  EXPECT_TRUE(judged(R"({"max": "4ms", "outcome": "ok"})").passed);
  EXPECT_FALSE(judged(R"({"max": "2ms", "outcome": "ok"})").passed);
  EXPECT_EQ(judged(R"({"max": "2ms", "outcome": "ok"})").value, "3 ms");
}

// The domain's refusal is an answer. What did not answer is an error.
TEST(verdicts, on_errors_are_of_what_is_neither_ok_nor_refused) {
  EXPECT_TRUE(judged(R"({"errors": 0.005})").passed);
  EXPECT_FALSE(judged(R"({"errors": 0.0049})").passed);
  EXPECT_EQ(judged(R"({"errors": 0})").value, "0.5 %");
  EXPECT_FALSE(judged(R"({"errors": 0.009, "operation": "deposit"})").passed);
  EXPECT_TRUE(judged(R"({"errors": 0, "operation": "read"})").passed);
}

TEST(verdicts, do_not_show_a_small_share_as_none) {
  const std::vector<phase_measure> phases{
      {"steady",
       1,
       {{"read", {{"ok", times_of(1, 100'000'000)}, {"overloaded", times_of(1, 1)}}}}}};
  const auto words = judged(R"([{"errors": 0}])", phases);
  EXPECT_FALSE(words.at(0).passed);
  EXPECT_EQ(words.at(0).value, "below 0.001 %");
}

TEST(verdicts, on_answers_a_second_leave_out_errors) {
  EXPECT_EQ(judged(R"({"answers_per_second": 199})").value, "199/s");
  EXPECT_TRUE(judged(R"({"answers_per_second": 199})").passed);
  EXPECT_FALSE(judged(R"({"answers_per_second": 199.1})").passed);
  EXPECT_TRUE(judged(R"({"answers_per_second": 100, "operation": "read"})").passed);
}

TEST(verdicts, are_one_for_each_phase_unless_the_threshold_names_one) {
  auto slow = steady();
  slow.name = "slow";
  slow.kinds[1].latency["ok"] = times_of(9'000'000, 1'000);
  const auto each = judged(R"([{"p50": "4ms", "operation": "read"}])", {steady(), slow});
  ASSERT_EQ(each.size(), 2U);
  EXPECT_EQ(each[0].phase, "steady");
  EXPECT_TRUE(each[0].passed);
  EXPECT_EQ(each[1].phase, "slow");
  EXPECT_FALSE(each[1].passed);
  const auto one = judged(R"([{"p50": "4ms", "phase": "slow"}])", {steady(), slow});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].phase, "slow");
}

TEST(verdicts, are_broken_and_say_so_where_nothing_was_measured) {
  for (const auto* one :
       {R"([{"p99": "20ms", "outcome": "conflict"}])", R"([{"errors": 1, "operation": "none"}])",
        R"([{"answers_per_second": 1, "phase": "none"}])"}) {
    const auto words = judged(one, {steady()});
    ASSERT_EQ(words.size(), 1U) << one;
    EXPECT_FALSE(words[0].passed) << one;
    EXPECT_FALSE(words[0].measured) << one;
    EXPECT_EQ(words[0].value, "nothing was measured") << one;
  }
  EXPECT_FALSE(judged(R"([{"errors": 1}])", {}).at(0).passed);
}

}  // namespace
}  // namespace acta::internal::load
