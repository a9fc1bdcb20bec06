// What is started again, in which order, and when the tree gives up.
#include <gtest/gtest.h>

#include <chrono>

#include "actors/supervisor/supervisor_actor.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(supervision, a_journal_actor_that_ends_takes_its_shards_with_it_and_all_come_back) {
  simulation world;
  world.send("x", add{1});
  world.run();
  const auto old_shard = world.engine().actors().shard(0);
  const auto old_journal = world.engine().actors().journal_actor();
  world.kill_journal();
  world.run();
  EXPECT_NE(world.engine().actors().shard(0), old_shard);
  EXPECT_NE(world.engine().actors().journal_actor(), old_journal);
  EXPECT_EQ(world.metric("acta_children_restarted_total", "journal"), 1);
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ((*next)->version, version{2});
}

/// The actors of a shard.
std::vector<caf::actor> actors_of(simulation& world, std::size_t shard) {
  const auto& all = world.engine().actors();
  return {all.shard(shard), all.cache(shard)};
}

TEST(supervision, a_shard_takes_its_cache_along_and_nobody_else) {
  for (const std::size_t killed : {0U, 1U}) {
    simulation world;
    const auto before = actors_of(world, killed);
    const auto others = actors_of(world, 1 - killed);
    const auto journal = world.engine().actors().journal_actor();
    world.kill(before[0]);
    world.run();
    const auto after = actors_of(world, killed);
    EXPECT_NE(after[0], before[0]);
    EXPECT_NE(after[1], before[1]);
    EXPECT_TRUE(after[0] && after[1]);
    EXPECT_EQ(actors_of(world, 1 - killed), others);
    EXPECT_EQ(world.engine().actors().journal_actor(), journal);
  }
}

TEST(supervision, a_shard_that_fails_too_often_takes_the_others_along_and_then_the_node) {
  auto how = simulation::few_shards();
  how.restart_intensity = 1;
  how.restart_delay_most = how.restart_delay_least;
  simulation world{how};
  const auto other = actors_of(world, 1);
  world.kill(world.engine().actors().shard(0));
  world.run();
  EXPECT_EQ(actors_of(world, 1), other);
  world.kill(world.engine().actors().shard(0));
  world.pass(how.restart_delay_most * 2);
  EXPECT_NE(actors_of(world, 1), other) << "its own supervisor gave up";
  int kills = 2;
  for (; !world.engine().failed() && kills < 100; ++kills) {
    world.kill(world.engine().actors().shard(0));
    world.pass(how.restart_delay_most * 2);
  }
  // Each life of its own supervisor bears one, data bears one of those, and the root one of these.
  EXPECT_EQ(kills, 8);
}

TEST(supervision, a_shard_is_stopped_and_started_alone) {
  simulation world;
  const auto there = world.id_in_shard(0);
  const auto other = world.id_in_shard(1);
  world.send(there, add{1});
  world.run();
  const auto others = actors_of(world, 1);
  int stopped = 0;
  const auto stop = [&] { world.engine().stop_shard(0, [&] { ++stopped; }); };
  stop();
  stop();
  world.run();
  EXPECT_EQ(stopped, 2);
  stop();
  EXPECT_EQ(stopped, 3) << "it has ended already";
  EXPECT_EQ(actors_of(world, 0), (std::vector<caf::actor>{nullptr, nullptr}));
  EXPECT_EQ(world.store.writers(), 0U);
  world.send(other, add{1});
  ASSERT_TRUE(world.engine().start_shard(0, 2).ok());
  ASSERT_TRUE(world.engine().start_shard(0, 2).ok()) << "it is being started already";
  world.run();
  const auto next = world.send(there, add{1});
  world.run();
  EXPECT_EQ((*next)->version, version{2});
  EXPECT_EQ(actors_of(world, 1), others);
  EXPECT_EQ(world.metric("acta_children_restarted_total"), 0);
}

TEST(supervision, a_shard_that_is_started_before_it_has_ended_comes_back) {
  simulation world;
  int stopped = 0;
  world.engine().stop_shard(0, [&] { ++stopped; });
  ASSERT_TRUE(world.engine().start_shard(0, 2).ok());
  world.run();
  EXPECT_EQ(stopped, 1);
  const auto asked = world.send(world.id_in_shard(0), add{1});
  world.run();
  EXPECT_EQ(asked->outcome(), "ok");
}

TEST(supervision, an_epoch_is_of_a_shard_and_none_comes_twice) {
  simulation world;
  world.engine().stop_shard(0, [] {});
  world.run();
  const auto refused = world.engine().start_shard(0, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().detail, "shard 0 had epoch 1, and cannot begin epoch 1");
  ASSERT_TRUE(world.engine().start_shard(0, 5).ok());
  world.run();
  // Somebody else writes, in an epoch after the first.
  for (const std::size_t shard : {0U, 1U}) {
    const auto id = world.id_in_shard(shard);
    world.send(id, add{1});
    world.run();
    append_request theirs{{counter::type, id}, {4, 1'000}, version{1}, {}, {}};
    theirs.events.push_back({"test.counter.added", 1, {}});
    std::vector<append_request> batch;
    batch.push_back(std::move(theirs));
    world.journal.append(std::move(batch), [&](const auto& results) {
      EXPECT_EQ(results.at(0).status,
                shard == 0 ? append_status::stale_writer : append_status::stored);
    });
  }
}

TEST(supervision, a_shard_that_was_stopped_stays_stopped_when_all_others_are_started_again) {
  simulation world;
  world.engine().stop_shard(0, [] {});
  world.run();
  world.kill_journal();
  world.run();
  EXPECT_FALSE(world.engine().actors().shard(0));
  EXPECT_TRUE(world.engine().actors().shard(1));
  int stopped = 0;
  world.engine().stop_shard(1, [&] { ++stopped; });
  world.kill_journal();
  world.pass(milliseconds{100});
  EXPECT_EQ(stopped, 1) << "though it was killed before it could end by itself";
  EXPECT_FALSE(world.engine().actors().shard(1));
}

options slow_restarts() {
  auto how = simulation::few_shards();
  how.restart_delay_least = milliseconds{1'000};
  return how;
}

/// Kills an actor of shard 1 twice: the first time it comes back at once.
void let_restart_wait(simulation& world, duty what) {
  for (int i = 0; i < 2; ++i) {
    world.kill(world.engine().actors().server(1, what));
    world.run();
  }
}

TEST(supervision, a_shard_is_stopped_while_its_restart_or_that_of_its_cache_waits) {
  for (const auto what : {duty::commands, duty::reads}) {
    simulation world{slow_restarts()};
    let_restart_wait(world, what);
    ASSERT_FALSE(world.engine().actors().server(1, what));
    int stopped = 0;
    world.engine().stop_shard(1, [&] { ++stopped; });
    world.run();
    EXPECT_EQ(stopped, 1);
    world.pass(milliseconds{3'000});
    EXPECT_FALSE(world.engine().actors().shard(1));
  }
}

TEST(supervision, a_successor_of_a_shard_writes_as_a_newer_writer) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.kill_shard_of("x");
  world.run();
  const auto next = world.send("x", add{1});
  world.run();
  EXPECT_EQ(next->outcome(), "ok");
}

TEST(supervision, metrics_come_back_empty_and_nothing_else_notices) {
  simulation world;
  world.send("x", add{1});
  world.run();
  ASSERT_EQ(world.metric("acta_commands_total"), 1);
  const auto shard = world.engine().actors().shard(0);
  world.kill_metrics();
  world.run();
  world.send("x", add{1});
  world.run();
  EXPECT_EQ(world.metric("acta_commands_total"), 1);
  EXPECT_EQ(world.engine().actors().shard(0), shard);
}

TEST(supervision, too_many_restarts_in_too_short_a_time_end_the_tree) {
  auto how = simulation::few_shards();
  how.restart_intensity = 2;
  how.restart_delay_most = how.restart_delay_least;
  simulation world{how};
  int kills = 0;
  while (!world.engine().failed() && kills < 100) {
    world.kill_journal();
    world.pass(how.restart_delay_most * 2);
    ++kills;
  }
  // Each life of the data supervisor bears two, and the root bears two of those.
  EXPECT_EQ(kills, 9);
  const auto asked = world.send("x", add{1});
  world.run();
  EXPECT_TRUE(asked->here()) << "nobody waits for what is not there";
  world.expect_conserved();
}

TEST(supervision, restarts_that_are_far_apart_do_not_add_up) {
  auto how = simulation::few_shards();
  how.restart_intensity = 2;
  simulation world{how};
  for (int i = 0; i < 10; ++i) {
    world.kill_journal();
    world.run();
    world.pass(seconds{6});
  }
  EXPECT_FALSE(world.engine().failed());
  const auto asked = world.send("x", add{1});
  world.run();
  EXPECT_EQ(asked->outcome(), "ok");
}

TEST(supervision, waits_longer_before_each_further_restart_and_says_unavailable_meanwhile) {
  auto how = simulation::few_shards();
  how.restart_delay_least = milliseconds{1'000};
  how.restart_delay_most = milliseconds{2'000};
  simulation world{how};
  const auto shard = [&] { return world.engine().actors().shard(1); };
  world.kill(shard());
  world.run();
  ASSERT_TRUE(shard()) << "at once the first time";
  world.kill(shard());
  world.run();
  EXPECT_FALSE(shard());
  const auto early = world.send(world.id_in_shard(1), add{1});
  world.run();
  EXPECT_EQ(early->outcome(), "unavailable");
  world.pass(milliseconds{490});
  EXPECT_FALSE(shard()) << "at least half of the wait";
  world.pass(milliseconds{520});
  ASSERT_TRUE(shard()) << "no more than all of it";
  world.kill(shard());
  world.pass(milliseconds{990});
  EXPECT_FALSE(shard()) << "twice as long";
  world.pass(milliseconds{1'020});
  EXPECT_TRUE(shard());
  const auto later = world.send(world.id_in_shard(1), add{1});
  world.run();
  EXPECT_EQ(later->outcome(), "ok");
  world.expect_conserved();
}

TEST(supervision, a_tree_that_ends_while_a_restart_waits_starts_nothing) {
  simulation world{slow_restarts()};
  let_restart_wait(world, duty::commands);
  world.engine().end();
  world.pass(milliseconds{3'000});
  EXPECT_FALSE(world.engine().actors().shard(1));
}

/// Whether the actor has ended.
bool ended(const caf::actor& who) {
  return caf::actor_cast<caf::abstract_actor*>(who)->getf(caf::abstract_actor::is_terminated_flag);
}

TEST(supervision, a_supervisor_that_is_killed_leaves_no_orphans_and_says_that_the_node_failed) {
  std::vector<std::string> told;
  auto how = simulation::few_shards();
  how.tell = [&](const notice& one) {
    told.push_back(std::string{one.event} + (one.failed ? " (an error)" : ""));
  };
  simulation world{how};
  world.send("x", add{1});
  world.run();
  const auto& actors = world.engine().actors();
  const std::vector all{actors.journal_actor(), actors.metrics_actor(), actors.shard(0),
                        actors.shard(1),        actors.cache(0),        actors.cache(1)};
  world.kill(world.engine().root());
  world.run();
  for (const auto& one : all) EXPECT_TRUE(ended(one));
  EXPECT_TRUE(world.engine().failed());
  EXPECT_EQ(told, std::vector<std::string>{"node_failed (an error)"});
  EXPECT_EQ(world.send("x", add{1})->outcome(), "unavailable") << "at once";
  EXPECT_EQ(world.read("x")->outcome(), "unavailable");
  world.expect_conserved();
}

/// Starts one child, and throws when it is to start it again.
struct careless {
  caf::actor start() {
    if (starts++ > 0) throw 42;
    return shell::spawn<metrics_shell>(*system, feed, milliseconds{1'000});
  }
  caf::actor_system* system;
  metrics_feed feed;
  int starts = 0;
};

TEST(supervision, the_children_of_a_supervisor_that_dies_of_an_exception_end) {
  simulation world;
  careless by{&world.system(), {}, 0};
  metrics_feed others;
  const auto spare = shell::spawn<metrics_shell>(world.system(), others, milliseconds{1'000});
  caf::actor first;
  supervisor_parameters with;
  with.policy.name = "tested";
  with.policy.restarts = {5, milliseconds{10'000}};
  with.children = {{"spare", [&] { return spare; }},
                   {"careless", [&] { return first = by.start(); }}};
  with.policy.time = &world.time();
  with.policy.chance = &world.chance();
  with.policy.watcher = &others;
  const auto supervisor = shell::spawn<supervisor_shell>(world.system(), std::move(with));
  world.run();
  world.kill(first);
  world.run();
  EXPECT_EQ(by.starts, 2);
  EXPECT_TRUE(ended(supervisor));
  EXPECT_TRUE(ended(spare));
}

TEST(supervision, a_shard_that_dies_leaves_no_writers_registered) {
  simulation world;
  for (int i = 0; i < 8; ++i) world.send(std::to_string(i), add{1});
  world.run();
  EXPECT_EQ(world.store.writers(), 8U);
  for (const std::size_t shard : {0U, 1U}) world.kill(world.engine().actors().shard(shard));
  world.run();
  EXPECT_EQ(world.store.writers(), 0U);
  world.send("0", add{1});
  world.send("1", explode{});
  world.run();
  EXPECT_EQ(world.store.writers(), 1U) << "one that fails leaves too";
}

TEST(supervision, an_aggregate_that_dies_escalates_nothing) {
  simulation world;
  for (int i = 0; i < 50; ++i) {
    world.send(std::to_string(i), explode{});
    world.run();
  }
  EXPECT_FALSE(world.engine().failed());
  EXPECT_EQ(world.metric("acta_aggregates_stopped_total", "failed"), 50);
  EXPECT_EQ(world.metric("acta_children_restarted_total"), 0);
  world.expect_conserved();
}

}  // namespace
}  // namespace acta::testing
