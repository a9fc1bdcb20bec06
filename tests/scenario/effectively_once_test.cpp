// Effectively once, about effects (invariant 5).
#include <gtest/gtest.h>

#include "tests/support/simulation.hpp"

namespace acta::testing {
namespace {

TEST(effectively_once, a_repeat_gets_the_first_answer) {
  simulation world;
  world.send("x", add{5, 2}, "a");
  world.send("x", add{1}, "b");
  const auto repeat = world.send("x", add{5, 2}, "a");
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{2});
  EXPECT_EQ((*repeat)->events, 2U);
  EXPECT_EQ(world.log().size(), 3U);
}

TEST(effectively_once, a_repeat_of_a_command_in_flight_waits_with_it) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  const auto first = world.send("x", add{5}, "a");
  const auto repeat = world.send("x", add{5}, "a");
  world.run();
  EXPECT_EQ(repeat->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_FALSE((*first)->repeated);
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*first)->version, (*repeat)->version);
  EXPECT_EQ(world.log().size(), 2U);
}

TEST(effectively_once, a_repeat_gets_the_first_answer_after_a_crash_too) {
  simulation world;
  world.send("x", add{5}, "a");
  world.run();
  world.send("x", explode{});
  world.run();
  const auto repeat = world.send("x", add{5}, "a");
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ(world.log().size(), 1U);
}

TEST(effectively_once, the_same_id_with_another_command_is_an_error) {
  simulation world;
  world.send("x", add{5}, "a");
  const auto other_content = world.send("x", add{6}, "a");
  const auto other_command = world.send("x", explode{}, "a");
  world.run();
  EXPECT_EQ(other_content->outcome(), "command_id_reused");
  EXPECT_EQ(other_command->outcome(), "command_id_reused");
}

TEST(effectively_once, ids_belong_to_their_stream) {
  simulation world;
  world.send("x", add{5}, "a");
  const auto elsewhere = world.send("y", add{5}, "a");
  world.run();
  ASSERT_EQ(elsewhere->outcome(), "ok");
  EXPECT_FALSE((*elsewhere)->repeated);
}

TEST(effectively_once, a_refused_command_is_decided_anew) {
  simulation world;
  const auto refused = world.send("x", add{-1}, "a");
  const auto accepted = world.send("x", add{1}, "a");
  world.run();
  EXPECT_EQ(refused->outcome(), "refused");
  EXPECT_EQ(accepted->outcome(), "ok");
}

TEST(effectively_once, who_asks_for_the_whole_history_is_told_of_commands_outside_the_window) {
  auto how = simulation::few_shards();
  how.deduplication_window = 4;
  how.recovery_page_events = 3;  // the history takes several pages
  simulation world{how};
  for (int i = 0; i < 10; ++i) world.send("x", add{1}, "c" + std::to_string(i));
  world.run();
  call_options whole;
  whole.command_id = "c0";
  whole.whole_history = true;
  const auto repeat = world.send("x", add{1}, whole);
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{1});
  const auto beyond = world.send("x", add{1}, "c1");
  world.run();
  EXPECT_TRUE((*beyond)->repeated) << "once the history is known it is not forgotten";
  EXPECT_EQ(world.log().size(), 10U);
}

}  // namespace
}  // namespace acta::testing
