#include "actors/metrics/metrics_state.hpp"

#include <gtest/gtest.h>

#include "actors/protocol/restart_policy.hpp"

namespace acta {

using namespace internal;
namespace {

const metric_family& family(const metrics_snapshot& all, std::string_view name) {
  for (const auto& one : all)
    if (one.name == name) return one;
  throw std::out_of_range{std::string{name}};
}

TEST(metrics_state, counts_commands_by_aggregate_command_and_outcome) {
  metrics_state state;
  for (int i = 0; i < 3; ++i)
    state.observe({happening::command_finished, "bank.account", "deposit", "ok",
                   std::chrono::microseconds{300}});
  state.observe({happening::command_finished, "bank.account", "deposit", "refused",
                 std::chrono::microseconds{0}});
  state.observe({happening::command_finished, "bank.account", "deposit", "overloaded"});
  const auto all = state.snapshot();
  const auto& commands = family(all, "acta_commands_total");
  ASSERT_EQ(commands.series.size(), 3U);
  EXPECT_EQ(commands.series[0].value, 3);
  EXPECT_EQ(commands.series[0].labels[2].second, "ok");
  const auto& seconds = family(all, "acta_command_duration_seconds");
  ASSERT_EQ(seconds.series.size(), 1U);
  EXPECT_EQ(seconds.series[0].counts.size(), seconds.series[0].bounds.size() + 1);
  EXPECT_EQ(seconds.series[0].counts[3], 3U) << "300 us belong into the bucket up to 500 us";
  EXPECT_EQ(seconds.series[0].counts[0], 1U) << "what was never admitted took no time";
}

TEST(metrics_state, measures_batches_by_time_and_events) {
  metrics_state state;
  state.observe(
      {happening::batch_committed, "journal", {}, "ok", std::chrono::milliseconds{1}, 100});
  const auto all = state.snapshot();
  EXPECT_EQ(family(all, "acta_journal_batches_total").series.at(0).value, 1);
  EXPECT_EQ(family(all, "acta_journal_events_total").series.at(0).value, 100);
  EXPECT_EQ(family(all, "acta_journal_batch_events").series.at(0).sum, 100);
}

TEST(histogram, puts_a_value_on_a_bound_into_the_bucket_below) {
  histogram values{histogram::counts};
  values.add(2);
  values.add(1e9);
  metric_series series;
  values.write_to(series);
  EXPECT_EQ(series.counts.at(1), 1U);
  EXPECT_EQ(series.counts.back(), 1U);
}

TEST(restart_budget, allows_its_intensity_within_the_period_and_no_more) {
  restart_budget budget{{2, std::chrono::seconds{10}}};
  const restart_budget::time_point start{};
  EXPECT_TRUE(budget.spend(start));
  EXPECT_TRUE(budget.spend(start + std::chrono::seconds{5}));
  EXPECT_FALSE(budget.spend(start + std::chrono::seconds{9}));
}

TEST(restart_budget, forgets_what_is_older_than_the_period) {
  restart_budget budget{{1, std::chrono::seconds{10}}};
  const restart_budget::time_point start{};
  EXPECT_TRUE(budget.spend(start));
  EXPECT_TRUE(budget.spend(start + std::chrono::seconds{11}));
}

}  // namespace
}  // namespace acta
