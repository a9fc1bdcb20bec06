// A command that rests on a version is decided at that version, or not at all.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

reply_ptr add_at(simulation& world, expected_version expected, std::string command_id = {}) {
  call_options how;
  how.command_id = std::move(command_id);
  how.expected_version = std::move(expected);
  return world.send("x", add{1}, std::move(how));
}

std::string told(simulation& world, expected_version expected) {
  const auto heard = add_at(world, std::move(expected));
  world.run();
  return heard->outcome();
}

TEST(expected_version, says_what_a_command_rests_on) {
  simulation world;
  EXPECT_EQ(told(world, expected_version::exists()), "wrong_version");
  EXPECT_EQ(told(world, expected_version::exactly({1})), "wrong_version");
  EXPECT_EQ(told(world, expected_version::none()), "ok");
  EXPECT_EQ(told(world, expected_version::none()), "wrong_version");
  EXPECT_EQ(told(world, expected_version::exists()), "ok");
  EXPECT_EQ(told(world, expected_version::exactly({1})), "wrong_version");
  EXPECT_EQ(told(world, expected_version::exactly({2})), "ok");
  EXPECT_EQ(told(world, expected_version::one_of({{2}, {3}})), "ok");
  EXPECT_EQ(told(world, expected_version::one_of({})), "wrong_version");
  EXPECT_EQ(told(world, expected_version::any()), "ok");
  EXPECT_EQ(world.log().size(), 5U);
  EXPECT_EQ(world.metric("acta_commands_total", "wrong_version"), 5);
}

TEST(expected_version, lets_one_of_several_win_that_saw_the_same) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    simulation world{simulation::few_shards(), seed};
    world.send("x", add{1});
    world.run();
    std::vector<reply_ptr> rivals;
    for (int i = 0; i < 5; ++i) rivals.push_back(add_at(world, expected_version::exactly({1})));
    world.run();
    EXPECT_EQ(std::count_if(rivals.begin(), rivals.end(),
                            [](const auto& one) { return one->outcome() == "ok"; }),
              1);
    EXPECT_EQ(world.log().size(), 2U);
  }
}

TEST(expected_version, is_compared_after_the_command_id) {
  simulation world;
  const auto first = add_at(world, expected_version::none(), "a");
  const auto again = add_at(world, expected_version::none(), "a");
  world.run();
  ASSERT_EQ(again->outcome(), "ok");
  EXPECT_TRUE((*again)->repeated);
  const auto late = add_at(world, expected_version::none(), "b");
  world.run();
  EXPECT_EQ(late->outcome(), "wrong_version");
  const auto now = add_at(world, expected_version::exactly({1}), "b");
  world.run();
  EXPECT_EQ(now->outcome(), "ok") << "what failed is decided anew";
}

TEST(expected_version, that_is_wrong_is_told_only_when_the_version_it_met_is_durable) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  world.send("x", add{1});
  const auto late = add_at(world, expected_version::exactly({1}));
  world.run();
  EXPECT_EQ(late->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(late->outcome(), "wrong_version");
}

TEST(expected_version, that_met_a_version_which_was_not_stored_tells_nothing_of_it) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  world.journal.fail_next_append(held_journal::after_failure::lost);
  world.send("x", add{1});
  const auto late = add_at(world, expected_version::exactly({1}));
  world.run();
  world.journal.release_all();
  world.run();
  EXPECT_EQ(late->outcome(), "read_only");
}

}  // namespace
}  // namespace acta::testing
