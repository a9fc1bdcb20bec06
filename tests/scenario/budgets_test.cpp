// What the shards of a node share: one that is busy may use most of it, each has its reserve, and
// at rest everything is home.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::seconds;

class budgets_test : public ::testing::Test {
protected:
  /// Of 16 aggregates each of four shards may always have one.
  static options sixteen_aggregates() {
    auto how = in_memory();
    how.shard_count = 4;
    how.live_aggregates = 16;
    how.passivate_after = seconds{60};
    return how;
  }
  /// The first of "0", "1", ... that live in this shard.
  static std::vector<std::string> ids_in_shard(const simulation& world, std::size_t shard,
                                               std::size_t count) {
    std::vector<std::string> ids;
    for (int i = 0; ids.size() < count; ++i)
      if (world.shard_of(std::to_string(i)) == shard) ids.push_back(std::to_string(i));
    return ids;
  }
  static std::string outcome_of_adding(simulation& world, const std::string& id) {
    const auto heard = world.send(id, add{1});
    world.run();
    return heard->outcome();
  }
};

TEST_F(budgets_test, one_busy_shard_has_most_aggregates_and_each_other_has_its_reserve) {
  simulation world{sixteen_aggregates()};
  const auto busy = ids_in_shard(world, 0, 14);
  for (std::size_t i = 0; i < 13; ++i) EXPECT_EQ(outcome_of_adding(world, busy[i]), "ok");
  EXPECT_EQ(outcome_of_adding(world, busy[13]), "overloaded");
  for (std::size_t shard = 1; shard < 4; ++shard) {
    const auto ids = ids_in_shard(world, shard, 2);
    EXPECT_EQ(outcome_of_adding(world, ids[0]), "ok") << "its reserve";
    EXPECT_EQ(outcome_of_adding(world, ids[1]), "overloaded");
  }
  EXPECT_EQ(world.engine().shards().live_aggregates().used(), 16U);
  world.pass(seconds{2});
  EXPECT_EQ(outcome_of_adding(world, ids_in_shard(world, 1, 2)[1]), "ok") << "its own one is idle";
  EXPECT_EQ(world.engine().shards().live_aggregates().used(), 16U);
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
}

TEST_F(budgets_test, aggregates_that_leave_fail_or_die_with_their_shard_count_no_more) {
  simulation world{sixteen_aggregates()};
  const auto& live = world.engine().shards().live_aggregates();
  for (int i = 0; i < 8; ++i) outcome_of_adding(world, std::to_string(i));
  EXPECT_EQ(live.used(), 8U);
  world.send("0", explode{});
  world.run();
  EXPECT_EQ(live.used(), 7U);
  const auto of_the_shard = world.shard_of("1");
  world.kill_shard_of("1");
  world.run();
  std::size_t elsewhere = 0;
  for (int i = 1; i < 8; ++i) elsewhere += world.shard_of(std::to_string(i)) != of_the_shard;
  EXPECT_EQ(live.used(), elsewhere);
  world.kill_journal();
  world.run();
  EXPECT_EQ(live.used(), 0U) << "all shards were started again";
  for (int i = 0; i < 8; ++i) outcome_of_adding(world, std::to_string(i));
  EXPECT_EQ(live.used(), 8U);
  world.engine().stop_shard(of_the_shard, [] {});
  world.run();
  EXPECT_LT(live.used(), 8U);
  world.pass(seconds{70});
  EXPECT_EQ(live.used(), 0U) << "nobody asked for them";
}

}  // namespace
}  // namespace acta::testing
