// Who is in memory: aggregates leave when nobody asks, or for others, and come back as they were;
// from a snapshot, when there is one.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/journal_calls.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

options leaving_after_a_minute() {
  auto how = simulation::few_shards();
  how.passivate_after = minutes{1};
  how.snapshot_every_events = 10;
  how.snapshot_on_leave_events = 3;
  return how;
}

void add_times(simulation& world, std::string_view id, int times) {
  for (int i = 0; i < times; ++i) {
    world.send(id, add{1});
    world.run();
  }
}

double live(simulation& world) {
  return world.metric("acta_aggregates_recovered_total") -
         world.metric("acta_aggregates_stopped_total");
}

TEST(residence, an_aggregate_that_nobody_asks_leaves_and_comes_back_as_it_was) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 2);
  world.pass(seconds{50});
  EXPECT_EQ(live(world), 1);
  world.pass(seconds{20});
  EXPECT_EQ(live(world), 0);
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ((*next)->version, version{3});
  world.expect_conserved();
}

TEST(residence, being_asked_keeps_an_aggregate) {
  simulation world{leaving_after_a_minute()};
  for (int i = 0; i < 10; ++i) {
    add_times(world, "x", 1);
    world.pass(seconds{40});
  }
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 0);
}

TEST(residence, what_is_asked_while_an_aggregate_leaves_is_answered_by_its_successor) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 2);
  world.pass(seconds{50});
  world.journal.hold();
  const auto last = world.send("x", add{1}, "last");
  world.run();
  world.pass(seconds{9});
  ASSERT_EQ(last->outcome(), "nothing");
  world.pass(std::chrono::milliseconds{900});
  world.journal.release_all();
  world.run();
  world.pass(minutes{1});
  world.journal.hold();
  add_times(world, "x", 0);
  const auto first = world.send("x", add{1}, "first");
  const auto repeat = world.send("x", add{1}, "last");
  world.run();
  world.journal.release_all();
  world.run();
  EXPECT_EQ((*first)->version, version{4});
  EXPECT_TRUE((*repeat)->repeated);
  world.expect_conserved();
}

TEST(residence, leaving_waits_for_what_is_not_durable_yet) {
  simulation world{leaving_after_a_minute()};
  call_options patient;
  patient.deadline = minutes{10};
  world.journal.hold();
  const auto slow = world.send("x", add{1}, patient);
  world.run();
  world.journal.release_one();  // its recovery
  world.run();
  world.pass(minutes{2});
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
  EXPECT_EQ(live(world), 1) << "its append is under way";
  const auto behind = world.send("x", add{1}, patient);
  world.run();
  EXPECT_EQ(slow->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_EQ((*slow)->version, version{1});
  EXPECT_EQ((*behind)->version, version{2});
  EXPECT_EQ(world.log().size(), 2U);
  world.expect_conserved();
}

/// 256 shards that have been started, and have nothing to do.
class resting_shards : public ::testing::Test {
protected:
  static options many_shards() {
    auto how = leaving_after_a_minute();
    how.shard_count = 256;
    return how;
  }
  /// Ticks on their way, besides that of the metrics.
  std::size_t ticks() const { return world.pending_timeouts() - 1; }
  static call_options soon() {
    call_options how;
    how.deadline = milliseconds{100};
    return how;
  }

  simulation world{many_shards()};
  void SetUp() override { world.pass(milliseconds{50}); }
};

TEST_F(resting_shards, have_no_ticks_until_something_comes_and_when_it_has_gone) {
  EXPECT_EQ(ticks(), 0U);
  add_times(world, "x", 1);
  EXPECT_EQ(ticks(), 2U) << "for deadlines, and for aggregates that nobody asks";
  world.pass(seconds{50});
  EXPECT_EQ(ticks(), 1U) << "its aggregate lives";
  EXPECT_EQ(live(world), 1);
  world.pass(seconds{20});
  EXPECT_EQ(live(world), 0);
  EXPECT_EQ(ticks(), 0U);
}

TEST_F(resting_shards, answer_what_is_late) {
  world.journal.hold();
  const auto late =
      world.submit(world.type, "x", command_index<counter, add>(), any_value::of(add{1}), soon());
  world.run();
  world.pass(milliseconds{160});
  EXPECT_EQ(late->outcome(), "deadline_exceeded");
  world.journal.release_all();
  world.pass(minutes{2});
  EXPECT_EQ(ticks(), 0U);
  world.expect_conserved();
}

TEST_F(resting_shards, answer_a_read_that_only_their_cache_has) {
  add_times(world, "x", 1);
  world.read("x");
  world.pass(minutes{2});
  ASSERT_EQ(ticks(), 0U);
  ASSERT_EQ(world.metric("acta_cache_hits_total"), 0);
  const auto late = world.read("x", at_least(version{2}), milliseconds{100});
  world.run();
  EXPECT_EQ(ticks(), 1U) << "the cache knows that no load brings version 2";
  world.pass(milliseconds{160});
  EXPECT_EQ(late->outcome(), "deadline_exceeded");
  EXPECT_EQ(ticks(), 0U);
  world.read("x");
  world.run();
  world.pass(milliseconds{50});
  EXPECT_EQ(world.metric("acta_cache_hits_total"), 1) << "what a cache counts is told";
  EXPECT_EQ(ticks(), 0U);
}

TEST_F(resting_shards, that_nobody_serves_answer_what_is_late) {
  const auto shard = world.engine().entrance().shard_of({counter::type, "x"});
  bool stopped = false;
  world.engine().stop_shard(shard, [&] { stopped = true; });
  world.pass(milliseconds{100});
  ASSERT_TRUE(stopped);
  EXPECT_EQ(ticks(), 0U);
  for (int times = 0; times < 2; ++times) {
    const auto late = world.submit(world.type, "x", std::nullopt, {}, soon());
    world.pass(milliseconds{160});
    EXPECT_EQ(late->outcome(), "deadline_exceeded");
    EXPECT_EQ(ticks(), 0U);
  }
  world.expect_conserved();
}

TEST(residence, at_the_limit_one_that_is_idle_makes_room) {
  auto how = leaving_after_a_minute();
  how.shard_count = 1;
  how.live_aggregates = 3;
  how.evictable_after = seconds{1};
  simulation world{how};
  for (const char* id : {"a", "b", "c"}) add_times(world, id, 1);
  world.pass(seconds{2});
  add_times(world, "a", 1);
  add_times(world, "c", 1);
  add_times(world, "d", 1);
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
  EXPECT_EQ(live(world), 3);
  const auto back = world.send("b", add{1});
  world.run();
  EXPECT_EQ(back->outcome(), "overloaded") << "all others were asked just now";
  world.pass(seconds{2});
  const auto later = world.send("b", add{1});
  world.run();
  EXPECT_EQ((*later)->version, version{2});
  EXPECT_EQ(live(world), 3);
  world.expect_conserved();
}

TEST(residence, recovery_begins_at_the_newest_snapshot) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 25);
  EXPECT_EQ(world.metric("acta_snapshots_total", "ok"), 2);
  world.kill_shard_of("x");
  world.run();
  const auto replayed = world.metric("acta_recovered_events_total");
  const auto next = world.read("x");
  world.run();
  EXPECT_EQ((*next)->version, version{25});
  EXPECT_EQ(next->sum(), 25);
  EXPECT_EQ(world.metric("acta_recovered_events_total") - replayed, 5);
}

TEST(residence, an_aggregate_that_leaves_takes_a_snapshot_if_it_is_worth_one) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 2);
  add_times(world, "y", 3);
  world.pass(minutes{2});
  EXPECT_EQ(world.metric("acta_snapshots_total", "ok"), 1);
  const auto x = world.read("x");
  const auto y = world.read("y");
  world.run();
  EXPECT_EQ(world.metric("acta_recovered_events_total"), 2) << "those of x; y had none to replay";
  EXPECT_EQ(x->sum(), 2);
  EXPECT_EQ(y->sum(), 3);
}

TEST(residence, repeats_are_recognised_from_a_snapshot_too) {
  simulation world{leaving_after_a_minute()};
  world.send("x", add{5}, "a");
  add_times(world, "x", 9);
  world.kill_shard_of("x");
  world.run();
  const auto repeat = world.send("x", add{5}, "a");
  world.run();
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{1});
  EXPECT_EQ(world.metric("acta_recovered_events_total"), 0);
}

TEST(residence, a_snapshot_of_another_layout_is_ignored_and_every_event_replayed) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 10);
  world.journal.save(only_partition, {counter::type, "x"}, snapshot{{10}, 1, {}, {}});
  world.kill_shard_of("x");
  world.run();
  const auto next = world.read("x");
  world.run();
  EXPECT_EQ(next->sum(), 10);
  EXPECT_EQ(world.metric("acta_snapshots_ignored_total", "another_layout"), 1);
}

TEST(residence, a_snapshot_beyond_its_stream_is_damage) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 1);
  world.journal.save(only_partition, {counter::type, "x"},
                     snapshot{{2}, world.type.state_fingerprint, {}, {}});
  world.kill_shard_of("x");
  world.run();
  const auto next = world.read("x");
  world.run();
  EXPECT_EQ(next->outcome(), "damaged");
}

TEST(residence, no_snapshot_holds_what_a_failed_write_may_have_lost) {
  simulation world{leaving_after_a_minute()};
  add_times(world, "x", 9);
  world.journal.fail_next_append(held_journal::after_failure::lost);
  const auto tenth = world.send("x", add{1});
  world.run();
  EXPECT_EQ(tenth->outcome(), "outcome_unknown");
  world.journal.reopen();
  const auto next = world.read("x");
  world.run();
  EXPECT_EQ((*next)->version, version{9});
  EXPECT_EQ(next->sum(), 9);
}

}  // namespace
}  // namespace acta::testing
