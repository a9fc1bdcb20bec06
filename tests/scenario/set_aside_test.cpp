// What keeps failing is set aside and can be seen; its neighbours do not notice.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::seconds;

reply_ptr told(simulation& world, std::string_view id, bool in_apply = false) {
  auto heard = world.send(id, explode{in_apply});
  world.run();
  return heard;
}
reply_ptr counted(simulation& world, std::string_view id) {
  auto heard = world.send(id, add{1});
  world.run();
  return heard;
}

TEST(set_aside, a_command_that_kills_is_not_tried_a_third_time_and_others_go_on) {
  simulation world;
  counted(world, "x");
  EXPECT_EQ(told(world, "x")->outcome(), "domain_failed");
  EXPECT_EQ(told(world, "x")->outcome(), "domain_failed");
  EXPECT_EQ(told(world, "x")->outcome(), "unavailable");
  EXPECT_EQ(world.metric("acta_aggregates_stopped_total", "failed"), 2);
  EXPECT_EQ(counted(world, "x")->outcome(), "ok") << "another command to the same aggregate";
  EXPECT_EQ(counted(world, "y")->outcome(), "ok");
  const auto all = world.set_aside();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].stream.id(), "x");
  EXPECT_EQ(all[0].command, "explode");
  EXPECT_EQ(all[0].reason, "decide() threw");
  EXPECT_EQ(world.metric("acta_parked_total", "command"), 1);
  world.expect_conserved();
}

TEST(set_aside, a_command_is_tried_again_after_its_wait) {
  simulation world;
  for (int i = 0; i < 3; ++i) told(world, "x");
  world.pass(seconds{2});
  EXPECT_TRUE(world.set_aside().empty());
  EXPECT_EQ(told(world, "x")->outcome(), "domain_failed") << "tried, and no better";
  EXPECT_EQ(told(world, "x")->outcome(), "unavailable");
}

TEST(set_aside, an_aggregate_that_keeps_dying_is_parked_and_its_neighbours_do_not_notice) {
  auto how = simulation::few_shards();
  how.shard_count = 1;
  how.command_kills = 100;
  how.aggregate_restart_intensity = 3;
  simulation world{how};
  counted(world, "x");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(told(world, "x")->outcome(), "domain_failed");
  EXPECT_EQ(counted(world, "x")->outcome(), "unavailable");
  EXPECT_EQ(counted(world, "y")->outcome(), "ok");
  EXPECT_EQ(world.metric("acta_parked_total", "aggregate"), 1);
  world.pass(seconds{2});
  const auto back = counted(world, "x");
  ASSERT_EQ(back->outcome(), "ok");
  EXPECT_EQ((*back)->version, version{2}) << "nothing was lost";
  world.expect_conserved();
}

TEST(set_aside, a_stream_that_cannot_be_recovered_is_told_once_and_then_parked) {
  simulation world;
  append_request foreign{{counter::type, "x"}, {0, 1}, {0}, {}, {}};
  foreign.events.push_back({"test.counter.unheard_of", 1, {}});
  std::vector<append_request> batch;
  batch.push_back(std::move(foreign));
  world.journal.append(std::move(batch), [](const auto&) {});
  EXPECT_EQ(counted(world, "x")->outcome(), "damaged");
  EXPECT_EQ(counted(world, "x")->outcome(), "unavailable");
  EXPECT_EQ(counted(world, "y")->outcome(), "ok");
  ASSERT_EQ(world.set_aside().size(), 1U);
  EXPECT_NE(world.set_aside()[0].reason.find("unheard_of"), std::string::npos);
  EXPECT_EQ(world.metric("acta_aggregates_recovered_total"), 1) << "it was not tried again";
  world.expect_conserved();
}

TEST(set_aside, deaths_that_the_journal_causes_do_not_count) {
  simulation world;
  counted(world, "x");
  for (int i = 0; i < 10; ++i) {
    world.journal.fail_next_append(held_journal::after_failure::lost);
    EXPECT_EQ(counted(world, "x")->outcome(), "outcome_unknown");
    world.journal.reopen();
  }
  EXPECT_EQ(counted(world, "x")->outcome(), "ok");
  EXPECT_TRUE(world.set_aside().empty());
}

TEST(set_aside, a_dead_letter_is_listed_with_its_reason) {
  simulation world;
  world.send("x", explode{}, "boom");
  world.run();
  counted(world, "y");
  world.journal.hold();
  world.send("y", add{1}, "in-flight");
  world.run();
  world.kill_journal();
  world.journal.release_all();
  world.run();
  const auto letters = world.engine().entrance().dead_letters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].stream.id(), "x");
  EXPECT_EQ(letters[0].request, "explode");
  EXPECT_EQ(letters[0].command_id, "boom");
  EXPECT_EQ(letters[0].told, errc::domain_failed);
  EXPECT_EQ(letters[0].reason, "decide() threw");
  EXPECT_EQ(letters[1].stream.id(), "y");
  EXPECT_EQ(letters[1].command_id, "in-flight");
  EXPECT_EQ(letters[1].told, errc::outcome_unknown);
}

}  // namespace
}  // namespace acta::testing
