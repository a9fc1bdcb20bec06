#include "actors/journal/lanes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Lanes, and what callers heard, in order.
class lanes_test : public ::testing::Test {
protected:
  lane_entry entry(std::string name, std::uint64_t incarnation, std::size_t events) {
    request asked;
    asked.type = &type;
    asked.command_index = 0;
    asked.deadline = time.now() + std::chrono::hours{1};
    asked.append.stream = stream_id{"test.counter", "x"};
    auto made = ticket::admit(gate, std::move(asked), [this, name](result<answer> got) {
      heard.push_back(name + ":" + std::string{got.ok() ? "ok" : to_string(got.error().code)});
    });
    for (std::size_t i = 0; i < events; ++i)
      made->request.append.events.push_back({"test.counter.added", 1, {}});
    return {{1, incarnation}, nullptr, std::move(made)};
  }
  recover_me recovery(std::uint64_t incarnation) {
    return {stream_id{"test.counter", "x"}, {1, incarnation}, nullptr, version{1}};
  }
  std::vector<append_ptr> cut() { return queue.next_batch(effects); }

  aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(1000, 1 << 20, time, watcher);
  std::vector<std::string> heard;
  lane_effects effects;
  lanes queue{{.events = 3, .bytes = 1 << 20, .outstanding = 1}};
};

TEST_F(lanes_test, answers_nothing_before_the_batch_is_settled) {
  queue.enter(entry("a", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  EXPECT_THAT(heard, IsEmpty());
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(heard, ElementsAre("a:ok"));
  EXPECT_TRUE(queue.idle());
}

TEST_F(lanes_test, releases_a_read_at_once_when_its_lane_has_nothing_unsettled) {
  queue.enter(entry("other", 2, 1), effects);
  queue.enter(entry("read", 1, 0), effects);
  EXPECT_THAT(heard, ElementsAre("read:ok"));
}

TEST_F(lanes_test, holds_a_read_until_the_append_before_it_is_durable) {
  queue.enter(entry("append", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(entry("read", 1, 0), effects);
  EXPECT_THAT(cut(), IsEmpty());
  EXPECT_THAT(heard, IsEmpty());
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(heard, ElementsAre("append:ok", "read:ok"));
  EXPECT_TRUE(queue.idle());
}

TEST_F(lanes_test, tells_lives_of_two_epochs_apart_though_their_incarnations_are_the_same) {
  const auto later = [&](std::string name, std::size_t events) {
    auto made = entry(std::move(name), 1, events);
    made.writer.epoch = 2;
    return made;
  };
  queue.enter(entry("old", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(later("read", 0), effects);
  EXPECT_THAT(heard, ElementsAre("read:ok")) << "nothing of its own is unsettled";
  queue.enter(later("new", 1), effects);
  queue.settle({{append_status::stale_writer, {}}}, effects);
  ASSERT_THAT(cut(), SizeIs(1)) << "the lane that broke is another's";
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(heard, ElementsAre("read:ok", "old:conflict", "new:ok"));
}

TEST_F(lanes_test, cuts_batches_by_events_and_keeps_the_order) {
  for (const char* name : {"a", "b", "c", "d"}) queue.enter(entry(name, 1, 2), effects);
  EXPECT_THAT(cut(), SizeIs(2));
  EXPECT_THAT(cut(), IsEmpty()) << "one batch may be under way";
  queue.settle({{append_status::stored, {0, 1}}, {append_status::stored, {0, 3}}}, effects);
  EXPECT_THAT(cut(), SizeIs(2));
  queue.settle({{append_status::stored, {0, 5}}, {append_status::stored, {0, 7}}}, effects);
  EXPECT_THAT(heard, ElementsAre("a:ok", "b:ok", "c:ok", "d:ok"));
}

TEST_F(lanes_test, a_refused_append_fails_what_its_lane_decided_on_top_and_nobody_else) {
  queue.enter(entry("refused", 1, 1), effects);
  queue.enter(entry("neighbour", 2, 1), effects);
  EXPECT_THAT(cut(), SizeIs(2));
  queue.enter(entry("on top", 1, 1), effects);
  queue.enter(entry("read on top", 1, 0), effects);
  queue.settle({{append_status::wrong_version, {}}, {append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(effects.broken, SizeIs(1));
  EXPECT_THAT(cut(), IsEmpty()) << "nothing of a broken lane is written";
  EXPECT_THAT(heard, ElementsAre("refused:conflict", "neighbour:ok", "on top:conflict",
                                 "read on top:conflict"));
  queue.enter(entry("late", 1, 1), effects);
  EXPECT_EQ(heard.back(), "late:conflict");
  EXPECT_THAT(effects.broken, SizeIs(1)) << "the aggregate is told once";
  EXPECT_TRUE(queue.idle());
}

TEST_F(lanes_test, a_fenced_append_breaks_its_lane_as_any_refusal_does) {
  queue.enter(entry("fenced", 1, 1), effects);
  queue.enter(entry("of another partition", 2, 1), effects);
  EXPECT_THAT(cut(), SizeIs(2));
  queue.enter(entry("on top", 1, 1), effects);
  queue.settle({{append_status::fenced, {}}, {append_status::stored, {1, 1}}}, effects);
  ASSERT_THAT(effects.broken, SizeIs(1));
  EXPECT_EQ(effects.broken[0].second, errc::conflict);
  EXPECT_THAT(cut(), IsEmpty());
  EXPECT_THAT(heard, ElementsAre("fenced:conflict", "of another partition:ok", "on top:conflict"));
}

TEST_F(lanes_test, a_failed_write_is_an_unknown_outcome) {
  queue.enter(entry("written", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.settle({{append_status::unknown, {}}}, effects);
  EXPECT_THAT(heard, ElementsAre("written:outcome_unknown"));
}

TEST_F(lanes_test, a_successor_recovers_after_what_was_in_flight_is_settled) {
  queue.enter(entry("first life", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(entry("still first life", 1, 1), effects);
  queue.enter(recovery(2), effects);
  EXPECT_THAT(effects.recoveries, IsEmpty());
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(effects.recoveries, IsEmpty());
  EXPECT_THAT(cut(), SizeIs(1));
  queue.settle({{append_status::stored, {0, 2}}}, effects);
  EXPECT_THAT(effects.recoveries, SizeIs(1));
  EXPECT_TRUE(queue.idle());
}

TEST_F(lanes_test, recovers_at_once_when_nothing_is_under_way) {
  queue.enter(recovery(1), effects);
  EXPECT_THAT(effects.recoveries, SizeIs(1));
}

TEST_F(lanes_test, a_lane_that_left_is_forgotten) {
  queue.enter(entry("refused", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.settle({{append_status::stale_writer, {}}}, effects);
  queue.enter(leave_lane{stream_id{"test.counter", "x"}, {1, 1}}, effects);
  EXPECT_THAT(effects.left, SizeIs(1));
  queue.enter(entry("read", 1, 0), effects);
  EXPECT_EQ(heard.back(), "read:ok");
}

TEST_F(lanes_test, a_broken_lane_gives_nothing_away_although_its_aggregate_has_left) {
  queue = lanes{{.events = 1, .bytes = 1 << 20, .outstanding = 2}};
  queue.enter(entry("refused", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(entry("neighbour", 2, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(entry("read on top", 1, 0), effects);  // held until the second batch is settled
  EXPECT_THAT(cut(), IsEmpty());
  queue.settle({{append_status::wrong_version, {}}}, effects);
  queue.enter(leave_lane{stream_id{"test.counter", "x"}, {1, 1}}, effects);
  EXPECT_THAT(effects.left, IsEmpty());
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(heard, ElementsAre("refused:conflict", "neighbour:ok", "read on top:conflict"));
  EXPECT_THAT(effects.left, SizeIs(1));
}

TEST_F(lanes_test, entries_that_are_lost_say_so_themselves) {
  {
    lanes lost{{}};
    lost.enter(entry("append", 1, 1), effects);
    lost.enter(entry("read", 1, 0), effects);
  }
  EXPECT_THAT(heard, ::testing::UnorderedElementsAre("append:outcome_unknown", "read:dropped"));
}

TEST_F(lanes_test, lets_a_snapshot_go_when_the_events_it_holds_are_stored) {
  queue.enter(entry("a", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(save_snapshot{stream_id{"test.counter", "x"}, {1, 1}, {{1}, 7, {}, {}}}, effects);
  EXPECT_THAT(effects.snapshots, IsEmpty());
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(effects.snapshots, SizeIs(1));
}

TEST_F(lanes_test, forgets_a_snapshot_that_holds_what_was_not_stored) {
  queue.enter(entry("a", 1, 1), effects);
  EXPECT_THAT(cut(), SizeIs(1));
  queue.enter(save_snapshot{stream_id{"test.counter", "x"}, {1, 1}, {{1}, 7, {}, {}}}, effects);
  queue.settle({{append_status::unknown, {}}}, effects);
  EXPECT_THAT(effects.snapshots, IsEmpty());
  EXPECT_TRUE(queue.idle());
}

TEST_F(lanes_test, searches_when_everything_before_it_is_settled) {
  queue.enter(search_commands{}, effects);
  EXPECT_THAT(effects.searches, SizeIs(1)) << "nothing is under way";
  queue.enter(entry("a", 1, 1), effects);
  queue.enter(search_commands{}, effects);
  EXPECT_THAT(cut(), SizeIs(1));
  EXPECT_THAT(effects.searches, SizeIs(1));
  queue.settle({{append_status::stored, {0, 1}}}, effects);
  EXPECT_THAT(effects.searches, SizeIs(2));
  EXPECT_TRUE(queue.idle());
}

}  // namespace
}  // namespace acta
