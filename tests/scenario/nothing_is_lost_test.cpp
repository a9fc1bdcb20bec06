// Nothing is dropped in silence (invariant 6): every request is answered, whatever dies.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/overtake.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;

TEST(nothing_is_lost,
     a_command_that_kills_its_aggregate_is_answered_and_the_next_finds_a_successor) {
  simulation world;
  world.send("x", add{5});
  const auto fatal = world.send("x", explode{});
  world.run();
  EXPECT_EQ(fatal->outcome(), "domain_failed");
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ((*next)->version, version{2});
  EXPECT_EQ(world.metric("acta_dead_letters_total", "explode"), 1);
  EXPECT_EQ(world.metric("acta_aggregates_stopped_total", "failed"), 1);
  world.expect_conserved();
}

TEST(nothing_is_lost, what_waits_behind_a_command_that_kills_goes_to_the_successor_in_order) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    simulation world{simulation::few_shards(), seed};
    std::vector<reply_ptr> fatal;
    std::vector<reply_ptr> behind;
    for (int i = 0; i < 12; ++i) {
      if (i % 4 == 0 && i < 8) fatal.push_back(world.send("x", explode{}));
      behind.push_back(world.send("x", add{1}));
      for (int steps = 0; steps < 3; ++steps) world.step();
    }
    const auto view = world.read("x", from_aggregate);
    world.run();
    for (const auto& one : fatal) EXPECT_EQ(one->outcome(), "domain_failed");
    for (std::size_t i = 0; i < behind.size(); ++i) {
      ASSERT_EQ(behind[i]->outcome(), "ok") << i;
      EXPECT_EQ((*behind[i])->version, version{i + 1});
    }
    EXPECT_EQ(view->sum(), 12);
    EXPECT_EQ(world.metric("acta_aggregates_stopped_total", "failed"), 2);
    world.expect_conserved();
  }
}

TEST(nothing_is_lost, a_repeat_behind_the_command_that_kills_is_set_aside_and_others_go_on) {
  simulation world;
  std::vector<reply_ptr> fatal;
  for (int i = 0; i < 4; ++i) fatal.push_back(world.send("x", explode{}));
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ(fatal[0]->outcome(), "domain_failed");
  EXPECT_EQ(fatal[1]->outcome(), "domain_failed");
  EXPECT_EQ(fatal[2]->outcome(), "unavailable");
  EXPECT_EQ(fatal[3]->outcome(), "unavailable");
  EXPECT_EQ(next->outcome(), "ok");
  world.expect_conserved();
}

TEST(nothing_is_lost, one_that_kills_its_aggregate_when_that_is_to_leave_takes_nobody_along) {
  auto how = simulation::few_shards();
  how.shard_count = 1;
  how.live_aggregates = 2;
  how.evictable_after = milliseconds{50};
  simulation world{how};
  world.journal.hold();
  world.send("z", add{1});
  const auto fatal = world.send("x", explode{});  // it waits there, since x recovers behind z
  world.run();
  world.pass(milliseconds{100});
  world.send("y", add{1});  // for these two z and x have to leave
  world.send("w", add{1});
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 2);
  world.pass(milliseconds{100});
  world.journal.release_all();
  world.run();
  EXPECT_EQ(fatal->outcome(), "domain_failed");
  EXPECT_EQ(next->outcome(), "ok");
  world.expect_conserved();
}

TEST(nothing_is_lost, what_waits_for_a_history_goes_to_the_successor_in_order_if_the_lane_fails) {
  auto how = simulation::few_shards();
  how.deduplication_window = 2;
  how.deduplication_reach = milliseconds{0};
  simulation world{how};
  for (int i = 0; i < 5; ++i) world.send("x", add{1}, "c" + std::to_string(i));
  world.run();
  overtake(world.journal, "x", 5, 1);
  const auto overtaken = world.send("x", add{1});
  const auto sure = [](std::string command_id) {
    call_options call;
    call.command_id = std::move(command_id);
    call.repeats_since = whole_history;
    return call;
  };
  const auto repeat = world.send("x", add{1}, sure("c0"));
  std::vector<reply_ptr> behind;
  for (int i = 0; i < 4; ++i)
    behind.push_back(world.send("x", add{1}, sure("new " + std::to_string(i))));
  world.run();
  EXPECT_EQ(overtaken->outcome(), "conflict");
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  for (std::size_t i = 0; i < behind.size(); ++i) {
    ASSERT_EQ(behind[i]->outcome(), "ok") << i;
    EXPECT_EQ((*behind[i])->version, version{7 + i});
  }
  world.expect_conserved();
}

TEST(nothing_is_lost, without_credit_a_caller_is_told_at_once) {
  auto how = simulation::few_shards();
  how.shard_count = 1;
  how.credits = 3;
  simulation world{how};
  world.journal.hold();
  std::vector<reply_ptr> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(world.send("x", add{1}));
  EXPECT_EQ(answers[3]->outcome(), "overloaded") << "not even an actor ran";
  EXPECT_EQ(answers[4]->outcome(), "overloaded");
  world.run();
  world.journal.release_all();
  world.run();
  EXPECT_EQ(answers[2]->outcome(), "ok");
  const auto later = world.send("x", add{1});
  world.run();
  EXPECT_EQ(later->outcome(), "ok") << "credits come home";
  EXPECT_EQ(world.counts().rejected, 2U);
  world.expect_conserved();
}

TEST(nothing_is_lost, bytes_are_credits_too) {
  auto how = simulation::few_shards();
  how.shard_count = 1;
  how.credit_bytes = 1'000;  // for one request, not for two
  simulation world{how};
  world.journal.hold();
  const auto first = world.send("x", add{1});
  EXPECT_EQ(world.send("x", add{1})->outcome(), "overloaded");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(first->outcome(), "ok");
  world.expect_conserved();
}

TEST(nothing_is_lost, what_needs_more_bytes_than_there_ever_are_is_not_asked_to_come_again) {
  auto how = simulation::few_shards();
  how.credit_bytes = 100;  // less than any request costs
  simulation world{how};
  EXPECT_EQ(world.send("x", add{1})->outcome(), "malformed");
  world.expect_conserved();
}

TEST(nothing_is_lost, a_busy_shard_leaves_every_other_one_a_quarter_of_its_share) {
  auto how = simulation::few_shards();
  how.shard_count = 4;
  how.credits = 64;
  simulation world{how};
  std::vector<std::string> ids;
  for (std::size_t shard = 0; shard < how.shard_count; ++shard)
    ids.push_back(world.id_in_shard(shard));
  // The second time shows that all credits, and those of the loads, have come home.
  for (int times = 0; times < 2; ++times) {
    world.journal.hold();
    const auto admitted = [&](const std::string& id) {
      std::size_t count = 0;
      while (!world.send(id, add{1})->here()) ++count;
      return count;
    };
    EXPECT_EQ(admitted(ids[0]), 52U) << "most of the node's";
    for (const auto& other : {ids[1], ids[2], ids[3]}) EXPECT_EQ(admitted(other), 4U);
    world.run();
    world.journal.release_all();
    world.run();
    world.expect_conserved();
    std::vector<reply_ptr> readers;
    for (const auto& id : ids)
      for (int i = 0; i < 4; ++i) readers.push_back(world.read(id));
    world.run();
    for (const auto& one : readers) EXPECT_EQ(one->outcome(), "ok");
    world.expect_conserved();
  }
}

TEST(nothing_is_lost, a_deadline_that_passes_is_answered_within_a_tick) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  call_options how;
  how.deadline = milliseconds{100};
  const auto late = world.send("x", add{1}, how);
  world.run();
  world.pass(milliseconds{90});
  EXPECT_EQ(late->outcome(), "nothing");
  world.pass(milliseconds{70});
  EXPECT_EQ(late->outcome(), "deadline_exceeded");
  EXPECT_EQ(world.counts().outstanding, 1U) << "its credit stays out: it is still in a queue";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(world.log().size(), 2U) << "it took effect all the same, as it was told it may";
  world.expect_conserved();
}

TEST(nothing_is_lost, a_journal_actor_that_dies_leaves_unknown_outcomes_and_nothing_else) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  const auto written = world.send("x", add{5}, "a");
  const auto seen = world.read("x");
  world.run();
  world.kill_journal();
  world.run();
  EXPECT_EQ(seen->outcome(), "dropped");
  EXPECT_EQ(written->outcome(), "nothing") << "its write is still under way";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(written->outcome(), "outcome_unknown");
  const auto again = world.send("x", add{5}, "a");
  world.run();
  ASSERT_EQ(again->outcome(), "ok");
  EXPECT_TRUE((*again)->repeated) << "what was with the adapter was written";
  world.expect_conserved();
}

TEST(nothing_is_lost, a_shard_that_dies_answers_for_its_aggregates) {
  simulation world;
  world.send("x", add{1});
  world.run();
  const auto behind = world.send("x", add{1});
  world.kill_shard_of("x");
  const auto behind_the_exit = world.send("x", add{1});
  world.run();
  EXPECT_TRUE(behind->here());
  EXPECT_TRUE(behind_the_exit->here());
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ(next->outcome(), "ok");
  world.expect_conserved();
}

TEST(nothing_is_lost, whatever_is_still_under_way_when_the_node_ends_is_told_so) {
  simulation world;
  world.journal.hold();
  const auto first = world.send("x", add{1});
  world.run();
  world.engine().entrance().close();
  EXPECT_EQ(world.send("x", add{1})->outcome(), "shutting_down");
  world.engine().entrance().abandon();
  EXPECT_EQ(first->outcome(), "shutting_down");
  world.engine().end();
  world.run();
  world.journal.release_all();
  world.run();
  world.expect_conserved();
}

TEST(nothing_is_lost, a_callback_that_throws_hurts_nobody_else) {
  simulation world;
  ASSERT_TRUE(world.engine().entrance().submit(
      world.type, "x", command_index<counter, add>(), any_value::of(add{1}), {},
      [](const result<answer>&) { throw std::runtime_error{"a caller's bug"}; }));
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ(next->outcome(), "ok");
  EXPECT_EQ(world.metric("acta_callbacks_threw_total"), 1);
  EXPECT_EQ(world.metric("acta_aggregates_stopped_total"), 0);
  world.expect_conserved();
}

TEST(nothing_is_lost, a_callback_may_send_the_next_command_with_the_last_credit) {
  auto how = simulation::few_shards();
  how.shard_count = 1;
  how.credits = 1;
  simulation world{how};
  std::string heard;
  ASSERT_TRUE(world.engine().entrance().submit(
      world.type, "x", command_index<counter, add>(), any_value::of(add{1}), {},
      [&](const result<answer>&) {
        const auto next = world.engine().entrance().submit(
            world.type, "x", command_index<counter, add>(), any_value::of(add{1}), {},
            [&](result<answer> got) { heard = got.ok() ? "ok" : to_string(got.error().code); });
        EXPECT_TRUE(next);
      }));
  world.run();
  EXPECT_EQ(heard, "ok");
  world.expect_conserved();
}

TEST(nothing_is_lost, what_cannot_be_asked_is_refused_at_the_edge) {
  simulation world;
  EXPECT_EQ(world.send("", add{1})->outcome(), "malformed");
  EXPECT_EQ(world.send("a\nb", add{1})->outcome(), "malformed");
  EXPECT_EQ(world.send(std::string(257, 'x'), add{1})->outcome(), "malformed");
  EXPECT_EQ(world.send("x", add{1}, std::string(256, 'c'))->outcome(), "malformed");
  EXPECT_EQ(world.counts().admitted, 0U);
}

}  // namespace
}  // namespace acta::testing
