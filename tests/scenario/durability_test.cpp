// No answer before durable (invariant 1), a failed write is an unknown outcome (2), one writer per
// stream (3), pipelining without waiting (4): told as they happen to callers.
#include <gtest/gtest.h>

#include "tests/support/journal_calls.hpp"
#include "tests/support/overtake.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

TEST(durability, a_command_is_answered_only_when_its_sync_has_returned) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  const auto answer = world.send("x", add{5});
  world.run();
  EXPECT_EQ(answer->outcome(), "nothing");
  EXPECT_EQ(world.metric("acta_commands_total", "ok"), 1) << "nor does a metric tell";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(answer->outcome(), "ok");
  EXPECT_EQ((*answer)->version, version{2});
  world.expect_conserved();
}

TEST(durability, a_batch_is_counted_by_what_was_stored_of_it) {
  simulation world;
  for (const auto* id : {"x", "y", "z"}) world.send(id, add{1});
  world.run();
  std::vector<append_request> theirs(1);
  theirs[0] = {{counter::type, "x"}, {2, 1}, {1}, {}, events_of(add{1})};
  world.journal.append(std::move(theirs), [](const auto&) {});
  const auto events = world.metric("acta_journal_events_total");
  const auto batches = world.metric("acta_journal_batches_total", "ok");
  world.journal.hold();
  for (int i = 0; i < 2; ++i) {  // two batches are under way, the third waits to be cut
    world.send("z", add{1});
    world.run();
  }
  const auto refused = world.send("x", add{1});
  world.run();  // so that it is the first of its batch
  const auto stored = world.send("y", add{2, 2});
  world.run();
  world.journal.release_all();
  world.run();
  EXPECT_EQ(refused->outcome(), "conflict");
  EXPECT_EQ(stored->outcome(), "ok");
  EXPECT_EQ(world.metric("acta_journal_batches_total", "ok") - batches, 3);
  EXPECT_EQ(world.metric("acta_journal_batches_total", "failed"), 0);
  EXPECT_EQ(world.metric("acta_journal_events_total") - events, 2 + 2);
}

TEST(durability, a_batch_of_which_every_append_was_refused_has_not_failed) {
  simulation world;
  world.send("x", add{1});
  world.run();
  std::vector<append_request> theirs(1);
  theirs[0] = {{counter::type, "x"}, {2, 1}, {1}, {}, events_of(add{1})};
  world.journal.append(std::move(theirs), [](const auto&) {});
  world.send("x", add{1});
  world.run();
  EXPECT_EQ(world.metric("acta_journal_batches_total", "refused"), 1);
  EXPECT_EQ(world.metric("acta_journal_batches_total", "failed"), 0);
  EXPECT_EQ(world.metric("acta_journal_events_total"), 1);
}

TEST(durability, a_read_waits_for_what_it_saw) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  world.send("x", add{5});
  const auto seen = world.read("x", from_aggregate);
  world.send("x", add{7});
  world.run();
  EXPECT_EQ(seen->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  ASSERT_EQ(seen->outcome(), "ok");
  EXPECT_EQ(seen->sum(), 6) << "computed when it was asked, before the 7";
  EXPECT_EQ((*seen)->version, version{2});
}

TEST(durability, a_refusal_waits_for_what_it_was_decided_upon) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  world.send("x", add{5});
  const auto refused = world.send("x", add{-1});
  world.run();
  EXPECT_EQ(refused->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(refused->outcome(), "refused");
}

TEST(durability, a_read_of_a_quiet_aggregate_does_not_wait_for_its_neighbours) {
  simulation world;
  world.send("quiet", add{1});
  world.send("busy", add{1});
  world.run();
  world.journal.hold();
  world.send("busy", add{1});
  world.run();
  const auto seen = world.read("quiet", from_aggregate);
  world.run();
  EXPECT_EQ(seen->outcome(), "ok");
}

TEST(durability, an_aggregate_goes_on_deciding_while_its_sync_is_under_way) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  std::vector<reply_ptr> answers;
  for (int i = 0; i < 10; ++i) answers.push_back(world.send("x", add{1}));
  world.run();
  EXPECT_LE(world.journal.held(), 2U) << "ten commands, but no more batches than may be under way";
  world.journal.release_all();
  world.run();
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ((*answers[i])->version, version{i + 2});
}

TEST(durability, what_depends_on_a_failed_write_never_gets_out) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  world.journal.fail_next_append(held_journal::after_failure::lost);
  const auto written = world.send("x", add{5});
  world.run();
  const auto seen = world.read("x", from_aggregate);
  const auto on_top = world.send("x", add{6});
  world.run();
  world.journal.release_all();
  world.run();
  EXPECT_EQ(written->outcome(), "outcome_unknown");
  EXPECT_EQ(seen->outcome(), "read_only") << "it saw the five, which nobody may";
  EXPECT_EQ(on_top->outcome(), "read_only");
  world.expect_conserved();
}

TEST(durability, after_a_failed_write_nothing_is_written_and_reads_go_on) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.fail_next_append(held_journal::after_failure::kept);
  const auto failed = world.send("x", add{5});
  world.run();
  const auto refused = world.send("y", add{1});
  const auto seen = world.read("x");
  world.run();
  EXPECT_EQ(failed->outcome(), "outcome_unknown");
  EXPECT_EQ(refused->outcome(), "read_only");
  ASSERT_EQ(seen->outcome(), "ok");
  EXPECT_EQ(seen->sum(), 1) << "up to the durable position";
  EXPECT_EQ(world.log().size(), 1U);
  world.expect_conserved();
}

TEST(durability, a_caller_with_an_unknown_outcome_learns_the_truth_by_asking_again) {
  for (const auto effect : {held_journal::after_failure::kept, held_journal::after_failure::lost}) {
    simulation world;
    world.send("x", add{1}, "first");
    world.run();
    world.journal.fail_next_append(effect);
    const auto unknown = world.send("x", add{5}, "second");
    world.run();
    ASSERT_EQ(unknown->outcome(), "outcome_unknown");
    world.journal.reopen();
    const auto again = world.send("x", add{5}, "second");
    world.run();
    ASSERT_EQ(again->outcome(), "ok");
    EXPECT_EQ((*again)->repeated, effect == held_journal::after_failure::kept);
    EXPECT_EQ(world.log().size(), 2U) << "once in any case";
  }
}

TEST(durability, an_aggregate_that_another_writer_overtook_dies_and_its_successor_knows_all) {
  simulation world;
  world.send("x", add{1});
  world.run();
  overtake(world.journal, "x", 1, 10);
  const auto late = world.send("x", add{5});
  world.run();
  EXPECT_EQ(late->outcome(), "conflict");
  const auto again = world.send("x", add{5});
  const auto seen = world.read("x");
  world.run();
  EXPECT_EQ(again->outcome(), "ok");
  EXPECT_EQ(seen->sum(), 16);
  world.expect_conserved();
}

TEST(durability, what_rests_on_a_refused_event_is_refused_although_its_version_fits) {
  simulation world;
  world.send("x", add{1});
  world.run();
  overtake(world.journal, "x", 1, 10);
  const auto late = world.send("x", add{5});
  const auto later = world.send("x", note{});  // at version 2 in its eyes: what the stream is at
  world.run();
  EXPECT_EQ(late->outcome(), "conflict");
  EXPECT_EQ(later->outcome(), "conflict");
  EXPECT_EQ(world.log().size(), 2U);
  const auto again = world.send("x", note{});
  world.run();
  EXPECT_EQ(again->outcome(), "ok");
  world.expect_conserved();
}

TEST(durability, an_event_that_apply_throws_at_is_never_stored) {
  simulation world;
  world.send("x", add{1});
  world.run();
  const auto fatal = world.send("x", explode{true});
  world.run();
  EXPECT_EQ(fatal->outcome(), "domain_failed");
  EXPECT_EQ(world.log().size(), 1U);
  const auto seen = world.read("x");
  world.run();
  EXPECT_EQ(seen->sum(), 1);
  world.expect_conserved();
}

}  // namespace
}  // namespace acta::testing
