#include "runtime/load/knee_report.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;

/// 98 deposits in 1 ms, one in 50 ms, and one error in 70 ms; within 2 s, the last answer at 4 s.
phase_result trial_of_a_hundred() {
  phase_result seen;
  seen.length = 2s;
  seen.until_last_answer = 4s;
  seen.seen.kinds.resize(2);
  for (int i = 0; i < 98; ++i) seen.seen.kinds[0].latency["ok"].add(1'000'000);
  seen.seen.kinds[1].latency["refused"].add(50'000'000);
  seen.seen.kinds[1].latency["overloaded"].add(70'000'000);
  seen.seen.lateness.add(3'000'000);
  return seen;
}

TEST(knee_report, has_the_figures_of_a_trial_over_all_its_operations) {
  const auto figures = figures_of_trial(trial_of_a_hundred());
  EXPECT_DOUBLE_EQ(figures.seconds, 2);
  EXPECT_DOUBLE_EQ(figures.answers_per_second, 25);
  EXPECT_NEAR(*figures.p50_ms, 1, 0.01);
  EXPECT_NEAR(*figures.p99_ms, 50, 0.5);
  EXPECT_DOUBLE_EQ(*figures.errors, 0.01);
  EXPECT_NEAR(figures.generator_late_p99_ms, 3, 0.03);
}

TEST(knee_report, counts_no_answer_for_one_that_is_missing) {
  auto seen = trial_of_a_hundred();
  seen.seen.kinds[0].latency["unanswered"].add(900'000'000);
  seen.unanswered = 1;
  const auto figures = figures_of_trial(seen);
  EXPECT_DOUBLE_EQ(figures.answers_per_second, 25);
  EXPECT_EQ(figures.unanswered, 1U);
  EXPECT_DOUBLE_EQ(*figures.errors, 2.0 / 101);
}

TEST(knee_report, shows_no_latency_of_a_trial_in_which_nothing_began) {
  phase_result nothing;
  nothing.length = 1s;
  knee_result found;
  found.trials = {{500, step::stopped, trial::reason::climb}};
  const auto search = search_of(found, std::vector{figures_of_trial(nothing)});
  EXPECT_TRUE(search["trials"][0]["p99_ms"].is_null());
  EXPECT_TRUE(search["trials"][0]["errors"].is_null());
}

TEST(knee_report, has_each_trial_with_its_own_figures) {
  knee_result found;
  found.held = 500;
  found.trials = {{500, step::held, trial::reason::climb},
                  {1'000, step::broke, trial::reason::bisection}};
  found.candidates = {{500, 4, 1, 0}};
  const std::vector<trial_figures> figures{
      {.seconds = 1, .answers_per_second = 499, .p50_ms = 1, .p99_ms = 2, .errors = 0},
      {.seconds = 1, .answers_per_second = 800, .p50_ms = 9, .p99_ms = 90, .errors = 0.5}};
  const auto search = search_of(found, figures);
  EXPECT_EQ(search["end"], "found");
  EXPECT_EQ(search["held"], 500);
  EXPECT_TRUE(search["broke"].is_null());
  EXPECT_EQ(search["candidates"][0]["held"], 4);
  EXPECT_EQ(search["trials"][0]["p99_ms"], 2);
  EXPECT_EQ(search["trials"][1]["outcome"], "broke");
  EXPECT_EQ(search["trials"][1]["reason"], "bisection");
  EXPECT_EQ(search["trials"][1]["p99_ms"], 90);
  EXPECT_EQ(search["trials"][1]["errors"], 0.5);
}

}  // namespace
}  // namespace acta::internal::load
