// Schedules in virtual time.
#include "runtime/schedule/agenda.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/codec/text.hpp"
#include "runtime/schedule/due_text.hpp"
#include "runtime/schedule/plan_check.hpp"

namespace acta::internal {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using strings = std::vector<std::string>;
using kind = agenda::step::kind;

timestamp at(const std::string& text) { return from_rfc3339(text).value(); }

schedule_entry entry(std::string name, std::string id = "x") {
  schedule_plan plan;
  plan.name = std::move(name);
  plan.every = 60s;
  plan.aggregate = "test.counter";
  plan.id = std::move(id);
  plan.command = "add";
  schedule_entry made;
  made.plan = stored_plan{plan};
  made.since = at("2027-01-01T00:00:00Z");
  return made;
}

schedule_entry once(std::string name, const char* time, std::string id = "x") {
  auto made = entry(std::move(name), std::move(id));
  made.plan.every_seconds = 0;
  made.plan.at = at(time);
  return made;
}

/// An agenda and its clocks. Texts name an entry by its number.
class day {
public:
  explicit day(std::size_t most = 100) : here{most} {}

  void put(std::uint64_t number, schedule_entry one) {
    one.number = number;
    const auto when = timing_of(one.plan, one.since);
    ASSERT_TRUE(when);
    here.put({0, number}, one, *when);
  }
  void is_now(const std::string& time) { now.wall = at("2027-01-01T" + time + "Z"); }
  /// What is to be done, as "send 1 00:01:00".
  strings take() {
    strings all;
    for (const auto& step : here.take(now)) all.push_back(text(step));
    return all;
  }
  strings answered(std::uint64_t number, std::string outcome = "done") {
    const auto step = here.answered({0, number}, std::move(outcome), {});
    return step ? strings{text(*step)} : strings{};
  }
  void settle(std::uint64_t number) {
    EXPECT_EQ(answered(number).size(), 1U);
    here.recorded({0, number});
  }
  strings next_of(std::uint64_t number) {
    strings all;
    for (const auto due : here.next_of({0, number}, 3)) all.push_back(to_due(due).substr(11, 8));
    return all;
  }
  static std::string text(const agenda::step& step) {
    return std::string{step.what == kind::send ? "send " : "record "} +
           std::to_string(step.key.number) + " " + to_due(step.came.due).substr(11, 8) +
           (step.came.outcome.empty() ? "" : " " + step.came.outcome) +
           (step.came.passed_over_from
                ? " over " + to_due(*step.came.passed_over_from).substr(11, 8)
                : "");
  }

  agenda here;
  agenda::instant now{at("2027-01-01T00:00:00Z"), {}};
};

TEST(agenda, sends_each_due_time_once_and_on_time) {
  day one;
  one.put(1, entry("a"));
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_EQ(one.here.next_in(one.now), 60s);
  one.is_now("00:00:59.999");
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_EQ(one.here.next_in(one.now), 1ms);
  one.is_now("00:01:00");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:01:00"));
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_THAT(one.answered(1), ElementsAre("record 1 00:01:00 done"));
  EXPECT_THAT(one.take(), IsEmpty());
  one.here.recorded({0, 1});
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_EQ(one.here.next_in(one.now), 60s);
  one.is_now("00:02:00");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:02:00"));
}

TEST(agenda, fires_nothing_again_when_the_clock_steps_back) {
  day one;
  one.put(1, entry("a"));
  one.put(2, once("b", "2027-01-01T00:00:30Z", "y"));
  one.is_now("00:01:00");
  EXPECT_THAT(one.take(), ElementsAre("send 2 00:00:30", "send 1 00:01:00"));
  one.settle(2);
  one.settle(1);
  one.is_now("00:00:10");
  EXPECT_THAT(one.take(), IsEmpty());
  one.is_now("00:01:00");
  EXPECT_THAT(one.take(), IsEmpty());
  one.is_now("00:02:00");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:02:00"));
}

TEST(agenda, goes_on_behind_the_last_due_time_that_a_book_has) {
  day one;
  auto known = entry("a");
  known.last = at("2027-01-01T00:05:00Z");
  one.put(1, known);
  one.is_now("00:05:30");
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_THAT(one.next_of(1), ElementsAre("00:06:00", "00:07:00", "00:08:00"));
}

TEST(agenda, sends_those_of_one_target_in_due_order_one_after_the_other) {
  day one;
  one.put(1, once("late", "2027-01-01T00:00:03Z"));
  one.put(2, once("early", "2027-01-01T00:00:01Z"));
  one.put(3, once("middle", "2027-01-01T00:00:02Z"));
  one.put(4, once("other", "2027-01-01T00:00:03Z", "y"));
  one.is_now("00:00:10");
  EXPECT_THAT(one.take(), ElementsAre("send 2 00:00:01", "send 4 00:00:03"));
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_THAT(one.answered(2), ElementsAre("record 2 00:00:01 done"));
  EXPECT_THAT(one.take(), IsEmpty()) << "before the outcome of the one before is durable";
  one.here.recorded({0, 2});
  EXPECT_EQ(one.here.next_in(one.now), 0s);
  EXPECT_THAT(one.take(), ElementsAre("send 3 00:00:02"));
  one.settle(3);
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:00:03"));
}

TEST(agenda, tries_again_with_longer_waits_while_later_ones_of_the_target_wait) {
  day one;
  one.put(1, once("a", "2027-01-01T00:00:01Z"));
  one.put(2, once("b", "2027-01-01T00:00:02Z"));
  one.is_now("00:00:03");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:00:01"));
  std::chrono::milliseconds waited = 100ms;
  for (int i = 0; i < 12; ++i) {
    one.here.retry({0, 1}, one.now);
    EXPECT_THAT(one.take(), IsEmpty());
    EXPECT_EQ(one.here.next_in(one.now), waited);
    one.now.mono += waited;
    EXPECT_THAT(one.take(), ElementsAre("send 1 00:00:01"));
    waited = std::min<std::chrono::milliseconds>(2 * waited, 60s);
  }
  one.settle(1);
  EXPECT_THAT(one.take(), ElementsAre("send 2 00:00:02"));
}

TEST(agenda, tries_again_to_record_and_sends_nothing_twice) {
  day one;
  one.put(1, once("a", "2027-01-01T00:00:01Z"));
  one.is_now("00:00:01");
  one.take();
  EXPECT_THAT(one.answered(1, "refused"), ElementsAre("record 1 00:00:01 refused"));
  one.here.retry({0, 1}, one.now);
  one.now.mono += 100ms;
  EXPECT_THAT(one.take(), ElementsAre("record 1 00:00:01 refused"));
  const auto over = one.here.recorded({0, 1});
  ASSERT_TRUE(over);
  EXPECT_EQ(over->newest->outcome, "refused");
  EXPECT_EQ(one.here.find({0, 1}), nullptr);
  EXPECT_EQ(one.here.next_in(one.now), std::nullopt);
}

TEST(agenda, makes_up_the_newest_of_those_that_were_missed) {
  day one;
  one.put(1, entry("a"));
  one.is_now("00:10:30");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:10:00 over 00:01:00"));
  one.settle(1);
  EXPECT_THAT(one.next_of(1), ElementsAre("00:11:00", "00:12:00", "00:13:00"));
  one.put(2, once("b", "2026-01-01T00:00:00Z", "y"));
  EXPECT_THAT(one.take(), ElementsAre("send 2 00:00:00"))
      << "added too late, and not to be skipped";
}

TEST(agenda, skips_those_that_were_missed) {
  day one;
  auto skipping = entry("a");
  skipping.plan.every_seconds = 600;
  skipping.plan.missed = missed_times::skip;
  one.put(1, skipping);
  one.is_now("00:35:00");
  EXPECT_THAT(one.take(), ElementsAre("record 1 00:30:00 skipped over 00:10:00"));
  one.here.recorded({0, 1});
  one.is_now("00:41:00");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:40:00")) << "a minute late is not missed";
}

TEST(agenda, makes_up_each_that_was_missed_the_oldest_first) {
  day one;
  auto each = entry("a");
  each.plan.missed = missed_times::each;
  one.put(1, each);
  one.is_now("00:03:30");
  for (const auto* due : {"00:01:00", "00:02:00", "00:03:00"}) {
    EXPECT_THAT(one.take(), ElementsAre(std::string{"send 1 "} + due));
    one.settle(1);
  }
  EXPECT_THAT(one.take(), IsEmpty());
}

TEST(agenda, makes_up_1000_then_says_so_and_goes_on) {
  day one;
  auto each = entry("a");
  each.plan.missed = missed_times::each;
  one.put(1, each);
  one.is_now("20:00:30");
  std::size_t sent = 0;
  strings steps;
  for (; (steps = one.take()).front().starts_with("send"); ++sent) one.settle(1);
  EXPECT_EQ(sent, 1'000U);
  EXPECT_THAT(steps, ElementsAre("record 1 20:00:00 given_up over 16:41:00"));
  one.here.recorded({0, 1});
  EXPECT_THAT(one.take(), IsEmpty());
  one.is_now("20:01:00");
  EXPECT_THAT(one.take(), ElementsAre("send 1 20:01:00"));
}

TEST(agenda, leaves_out_what_is_paused_and_what_is_over) {
  day one;
  one.put(1, entry("a"));
  auto paused = entry("b", "y");
  paused.paused = true;
  one.put(2, paused);
  one.here.remove({0, 1});
  one.is_now("00:05:00");
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_THAT(one.next_of(2), IsEmpty());
  paused.paused = false;
  paused.last = at("2027-01-01T00:05:00Z");
  one.put(2, paused);
  one.is_now("00:06:00");
  EXPECT_THAT(one.take(), ElementsAre("send 2 00:06:00"));
}

TEST(agenda, lets_the_next_one_of_a_target_go_when_one_is_cancelled) {
  day one;
  for (std::uint64_t i = 1; i <= 4; ++i) one.put(i, once("a", "2027-01-01T00:00:01Z"));
  one.is_now("00:00:01");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:00:01"));
  one.here.remove({0, 1});
  one.here.remove({0, 2});
  EXPECT_THAT(one.take(), IsEmpty()) << "the first one was sent";
  EXPECT_THAT(one.answered(1), IsEmpty());
  EXPECT_FALSE(one.here.recorded({0, 1})) << "it was cancelled";
  EXPECT_THAT(one.take(), ElementsAre("send 3 00:00:01"));
  one.here.retry({0, 3}, one.now);
  one.here.remove({0, 3});
  EXPECT_THAT(one.take(), ElementsAre("send 4 00:00:01"));
}

TEST(agenda, has_no_more_under_way_than_it_may) {
  day one{2};
  for (std::uint64_t i = 1; i <= 4; ++i)
    one.put(i, once("a", "2027-01-01T00:00:01Z", std::to_string(i)));
  one.is_now("00:00:01");
  EXPECT_THAT(one.take(), ElementsAre("send 1 00:00:01", "send 2 00:00:01"));
  EXPECT_EQ(one.here.next_in(one.now), std::nullopt);
  one.settle(2);
  EXPECT_THAT(one.take(), ElementsAre("send 3 00:00:01"));
}

TEST(agenda, sends_a_due_time_by_the_same_id_in_every_life) {
  EXPECT_EQ(command_id_of({17, 4711}, at("2027-01-01T00:00:00Z")),
            "acta.schedule/17/4711/2027-01-01T00:00:00Z");
}

}  // namespace
}  // namespace acta::internal
