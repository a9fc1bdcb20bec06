// A part of the journal that another node has claimed: whoever wrote to it before is refused,
// honestly, and everything else goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/journal_calls.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

/// Two shards, each with a partition of its own, so that one may be taken and the other not.
class takeover_test : public ::testing::Test {
protected:
  /// Another node claims the partition of `shard`.
  void take(std::size_t shard) {
    const auto at = world.store.partition_of(shard);
    world.store.claim({at, 0, 1}, [](const auto& theirs) { ASSERT_TRUE(theirs.ok()); });
  }
  std::size_t stored_of(std::size_t shard) {
    const auto at = world.store.partition_of(shard);
    return read_all(world.store, 1, 1'000, at)->events.size();
  }

  simulation world{simulation::few_shards(), 0, 2};
  const std::string lost = world.id_in_shard(0);
  const std::string ours = world.id_in_shard(1);
};

TEST_F(takeover_test, a_shard_writes_to_its_partition_only) {
  world.send(lost, add{1});
  world.send(lost, add{1});
  world.send(ours, add{1});
  world.run();
  EXPECT_EQ(stored_of(0), 2U);
  EXPECT_EQ(stored_of(1), 1U);
}

TEST_F(takeover_test, a_command_after_it_is_a_conflict_and_had_no_effect) {
  world.send(lost, add{1});
  world.run();
  take(0);
  const auto refused = world.send(lost, add{5});
  const auto other = world.send(ours, add{5});
  world.run();
  EXPECT_EQ(refused->outcome(), "conflict");
  EXPECT_EQ(other->outcome(), "ok") << "the other shard's partition is still its own";
  EXPECT_EQ(stored_of(0), 1U);
  EXPECT_EQ(world.metric("acta_journal_batches_total", "failed"), 0);
  const auto seen = world.read(lost, from_aggregate);
  world.run();
  ASSERT_EQ(seen->outcome(), "ok");
  EXPECT_EQ(seen->sum(), 1) << "without what was refused";
  const auto again = world.send(lost, add{5});
  world.run();
  EXPECT_EQ(again->outcome(), "conflict") << "its successor is as old";
  world.expect_conserved();
}

TEST_F(takeover_test, what_was_under_way_and_what_rests_on_it_are_conflicts) {
  world.send(lost, add{1});
  world.run();
  world.journal.hold();
  const auto under_way = world.send(lost, add{5});
  world.run();
  const auto seen = world.read(lost, from_aggregate);
  const auto on_top = world.send(lost, note{});
  const auto other = world.send(ours, add{5});
  world.run();
  take(0);
  world.journal.release_all();
  world.run();
  EXPECT_EQ(under_way->outcome(), "conflict");
  EXPECT_EQ(seen->outcome(), "conflict") << "it saw the five, which nobody may";
  EXPECT_EQ(on_top->outcome(), "conflict");
  EXPECT_EQ(other->outcome(), "ok");
  EXPECT_EQ(stored_of(0), 1U);
  world.expect_conserved();
}

}  // namespace
}  // namespace acta::testing
