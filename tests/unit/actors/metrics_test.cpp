#include "actors/metrics/metrics_actor.hpp"

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

void expect_equal(const metrics_snapshot& left, const metrics_snapshot& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    ASSERT_EQ(left[i].series.size(), right[i].series.size()) << left[i].name;
    for (std::size_t s = 0; s < left[i].series.size(); ++s) {
      EXPECT_EQ(left[i].series[s].labels, right[i].series[s].labels) << left[i].name;
      EXPECT_EQ(left[i].series[s].value, right[i].series[s].value) << left[i].name;
      EXPECT_EQ(left[i].series[s].counts, right[i].series[s].counts) << left[i].name;
      EXPECT_NEAR(left[i].series[s].sum, right[i].series[s].sum, 1e-6) << left[i].name;
    }
  }
}

/// Something of everything that is counted, measured or added up.
observation something(std::uint64_t i) {
  switch (i % 5) {
    case 0: return {happening::command_finished, "a", "add", "ok", std::chrono::microseconds{i}};
    case 1: return {happening::command_finished, i % 2 == 0 ? "a" : "b", "take", "refused"};
    case 2: return {happening::batch_committed, "journal", {}, "ok", std::chrono::seconds{1}, i};
    case 3: return {happening::cache_bytes, "0", {}, {}, {}, i};
    default: return {happening::aggregate_recovered, "a", {}, {}, std::chrono::milliseconds{1}, i};
  }
}

TEST(metrics_state, adds_up_what_was_observed_in_two_places) {
  metrics_state all;
  metrics_state first;
  metrics_state second;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    all.observe(something(i));
    (i < 400 ? first : second).observe(something(i));
  }
  first.add(second);
  expect_equal(first.snapshot(), all.snapshot());
}

TEST(metrics_state, is_itself_alone_when_others_were_copied_from_it_or_moved) {
  const observation seen{happening::command_finished, "a", "add", "ok", std::chrono::seconds{1}};
  const auto counted = [](const metrics_state& of) {
    const auto all = of.snapshot();
    const auto& found = family(all, "acta_commands_total").series;
    return found.empty() ? 0 : found[0].value;
  };
  metrics_state one;
  one.observe(seen);
  auto copy = one;
  copy.observe(seen);
  EXPECT_EQ(counted(one), 1);
  EXPECT_EQ(counted(copy), 2);
  metrics_state other;
  std::swap(one, other);
  one.observe(seen);
  one.observe(seen);
  other.observe(seen);
  EXPECT_EQ(counted(one), 2);
  EXPECT_EQ(counted(other), 2);
  other = copy;
  other.observe(seen);
  EXPECT_EQ(counted(other), 3);
  EXPECT_EQ(counted(copy), 2);
}

TEST(metrics_feed, loses_nothing_while_nobody_takes_it_and_its_memory_has_a_bound) {
  constexpr std::uint64_t observations = 10 * metrics_feed::most_gathered;
  metrics_state all;
  metrics_state taken;
  metrics_feed feed;
  for (int turn = 0; turn < 2; ++turn) {
    for (std::uint64_t i = 0; i < observations; ++i) {
      all.observe(something(i));
      feed.observe(something(i));
    }
    EXPECT_EQ(feed.gathered(), metrics_feed::most_gathered);
    feed.take(taken);
    EXPECT_EQ(feed.gathered(), 0U);
  }
  all.observe(something(3));
  feed.observe(something(3));
  feed.take(taken);
  expect_equal(taken.snapshot(), all.snapshot());
}

TEST(metrics_state, puts_a_value_on_a_bound_into_the_bucket_below) {
  metrics_state state;
  for (const std::uint64_t events : {2U, 1'000'000'000U}) {
    observation batch{happening::batch_committed};
    batch.outcome = "ok";
    batch.amount = events;
    batch.duration = std::chrono::milliseconds{1};
    state.observe(batch);
  }
  for (const auto& family : state.snapshot()) {
    if (family.name == "acta_journal_batch_events") {
      EXPECT_EQ(family.series.at(0).counts.at(1), 1U);
      EXPECT_EQ(family.series.at(0).counts.back(), 1U);
      EXPECT_EQ(family.series.at(0).sum, 1'000'000'002);
    }
    if (family.name == "acta_journal_commit_duration_seconds") {
      EXPECT_EQ(family.series.at(0).counts.at(4), 2U) << "1 ms";
      EXPECT_DOUBLE_EQ(family.series.at(0).sum, 0.002);
    }
  }
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
