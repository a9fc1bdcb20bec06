// Effectively once, about effects (invariant 5).
#include <gtest/gtest.h>

#include "tests/support/overtake.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

constexpr std::chrono::seconds longer_than_the_reach{61};

/// Four commands are known exactly, and older ones for a minute.
options small_window() {
  auto how = simulation::few_shards();
  how.deduplication_window = 4;
  return how;
}

/// More commands than the window has, each under an id of its own.
void send_others(simulation& world, std::string_view id, int count = 130) {
  static int others = 0;
  for (int i = 0; i < count; ++i) world.send(id, add{1}, "other " + std::to_string(++others));
  world.run();
}

call_options since(std::string command_id, timestamp time) {
  call_options how;
  how.command_id = std::move(command_id);
  how.repeats_since = time;
  return how;
}

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
  how.deduplication_reach = std::chrono::milliseconds{0};
  simulation world{how};
  for (int i = 0; i < 100; ++i) world.send("x", add{1}, "c" + std::to_string(i));
  world.run();
  const auto repeat = world.send("x", add{1}, since("c0", whole_history));
  const auto beyond = world.send("x", add{1}, since("c1", whole_history));
  const auto fresh = world.send("x", add{1}, since("new", whole_history));
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{1});
  ASSERT_EQ(beyond->outcome(), "ok");
  EXPECT_TRUE((*beyond)->repeated);
  ASSERT_EQ(fresh->outcome(), "ok");
  EXPECT_FALSE((*fresh)->repeated);
  EXPECT_EQ(world.log().size(), 101U);
}

TEST(effectively_once, a_history_is_searched_once_for_all_who_want_it_within_the_reach) {
  simulation world{small_window()};
  for (int i = 0; i < 100; ++i) world.send("x", add{1}, "c" + std::to_string(i));
  world.run();
  world.pass(longer_than_the_reach);
  world.kill_shard_of("x");
  world.run();
  world.send("x", add{1}, since("new", whole_history));
  world.run();
  ASSERT_EQ(world.store.searches(), 1U);
  for (int i = 0; i < 100; ++i) {
    const auto repeat = world.send("x", add{1}, since("c" + std::to_string(i), whole_history));
    world.run();
    ASSERT_TRUE(repeat->here() && (*repeat)->repeated) << i;
  }
  EXPECT_EQ(world.store.searches(), 1U);
  EXPECT_EQ(world.log().size(), 101U);
}

TEST(effectively_once, a_repeat_after_many_others_is_recognised_for_as_long_as_it_reaches) {
  simulation world{small_window()};
  world.send("x", add{5, 2}, "a");
  send_others(world, "x");
  world.pass(std::chrono::seconds{50});
  const auto repeat = world.send("x", add{5, 2}, "a");
  const auto other = world.send("x", add{6}, "a");
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{2});
  EXPECT_EQ((*repeat)->events, 2U);
  EXPECT_EQ(other->outcome(), "command_id_reused");

  world.pass(longer_than_the_reach);
  send_others(world, "x");  // somebody must come for what is old to go
  const auto too_late = world.send("x", add{5, 2}, "a");
  world.run();
  ASSERT_EQ(too_late->outcome(), "ok");
  EXPECT_FALSE((*too_late)->repeated);
}

TEST(effectively_once, older_commands_are_known_again_after_a_restart_and_after_a_snapshot) {
  for (const bool with_snapshots : {false, true}) {
    auto how = small_window();
    how.snapshot_every_events = with_snapshots ? 100 : 0;
    simulation world{how};
    world.send("x", add{7}, "too old");
    // Each of the three longest waits may have been a step of the clock.
    for (int waits = 0; waits < 4; ++waits) {
      world.run();
      world.pass(longer_than_the_reach);
      world.send("x", add{1});
    }
    world.send("x", add{5}, "a");
    send_others(world, "x");
    world.kill_shard_of("x");
    world.run();
    world.pass(std::chrono::seconds{1});
    const auto repeat = world.send("x", add{5}, "a");
    const auto forgotten = world.send("x", add{7}, "too old");
    world.run();
    ASSERT_EQ(repeat->outcome(), "ok");
    EXPECT_TRUE((*repeat)->repeated);
    EXPECT_EQ((*repeat)->version, version{6});
    ASSERT_EQ(forgotten->outcome(), "ok");
    EXPECT_FALSE((*forgotten)->repeated);
  }
}

TEST(effectively_once, a_repeat_of_an_older_command_waits_for_its_sync_like_any_other) {
  simulation world{small_window()};
  world.send("x", add{1});
  world.run();
  world.journal.hold();
  const auto first = world.send("x", add{5}, "a");
  for (int i = 0; i < 20; ++i) world.send("x", add{1}, "other " + std::to_string(i));
  const auto repeat = world.send("x", add{5}, "a");
  world.run();
  EXPECT_EQ(repeat->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(first->outcome(), "ok");
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
  EXPECT_EQ((*repeat)->version, version{2});
}

TEST(effectively_once, without_room_the_reach_shrinks_and_a_metric_says_so) {
  auto how = small_window();
  how.deduplication_bytes = 64 * 32;  // 64 commands
  simulation world{how};
  EXPECT_EQ(world.engine().older_commands().reach_at(world.now()), how.deduplication_reach);
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 20; ++i)
      world.send("x", add{1}, std::to_string(second) + " " + std::to_string(i));
    world.run();
    world.pass(std::chrono::seconds{1});
  }
  send_others(world, "x", 64);
  const auto reach = world.engine().older_commands().reach_at(world.now());
  EXPECT_LT(reach, std::chrono::seconds{10});
  EXPECT_LE(world.engine().older_commands().used(), how.deduplication_bytes);
  const auto old = world.send("x", add{1}, "0 0");
  world.run();
  EXPECT_FALSE((*old)->repeated);
  const auto sure = world.send("x", add{1}, since("0 1", whole_history));
  world.run();
  EXPECT_TRUE((*sure)->repeated);
}

TEST(effectively_once, a_recovery_that_finds_no_room_for_the_reach_says_how_far_it_gets) {
  for (const bool with_snapshots : {false, true})
    for (const std::size_t room : {0UL, 64UL}) {
      auto how = small_window();
      how.snapshot_every_events = with_snapshots ? 100 : 0;
      how.deduplication_bytes = room * 32;
      simulation world{how};
      const auto last = std::chrono::seconds{20};
      for (int second = 0; second <= last.count(); ++second) {
        for (int i = 0; i < 10; ++i)
          world.send("x", add{1}, std::to_string(second) + " " + std::to_string(i));
        world.run();
        world.pass(std::chrono::seconds{1});
      }
      // By then it was not told for so long that it is at its whole again.
      world.pass(how.deduplication_reach);
      ASSERT_EQ(world.engine().older_commands().reach_at(world.now()), how.deduplication_reach);
      world.kill_shard_of("x");
      world.run();
      world.read("x", from_aggregate);
      world.run();
      const auto reach = world.engine().older_commands().reach_at(world.now());
      const auto known = std::chrono::seconds{room == 0 ? 0 : 6};  // 68 commands
      // Each of the three longest waits, of a second, may have been a step of the clock.
      EXPECT_GE(reach + std::chrono::seconds{3}, known);
      EXPECT_LE(reach, known + std::chrono::milliseconds{1'100});
      const auto repeat = world.send("x", add{1}, room == 0 ? "20 5" : "13 5");
      world.run();
      EXPECT_FALSE((*repeat)->repeated) << "it is as old as that";
    }
}

TEST(effectively_once, more_searches_at_once_than_are_allowed_are_overload) {
  auto how = small_window();
  how.deduplication_reach = std::chrono::milliseconds{0};
  how.history_searches = 1;
  simulation world{how};
  for (const auto* id : {"x", "y"}) send_others(world, id);
  world.journal.hold();  // the search waits behind what was sent before it
  world.send("x", add{1});
  world.send("y", add{1});
  const auto searched = world.send("x", add{1}, since("a", whole_history));
  const auto after_it = world.send("x", add{1}, since("b", whole_history));
  world.run();
  const auto refused = world.send("y", add{1}, since("c", whole_history));
  world.run();
  EXPECT_EQ(refused->outcome(), "overloaded");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(searched->outcome(), "ok");
  EXPECT_EQ(after_it->outcome(), "ok");
  const auto later = world.send("y", add{1}, since("c", whole_history));
  world.run();
  EXPECT_EQ(later->outcome(), "ok");
}

TEST(effectively_once, the_same_command_twice_while_its_history_is_searched_has_one_effect) {
  auto how = small_window();
  how.deduplication_reach = std::chrono::milliseconds{0};
  simulation world{how};
  send_others(world, "x");
  world.journal.hold();
  world.send("x", add{1});
  const auto sure = world.send("x", add{5}, since("a", whole_history));
  const auto unsure = world.send("x", add{5}, "a");
  world.run();
  world.journal.release_all();
  world.run();
  ASSERT_EQ(sure->outcome(), "ok");
  ASSERT_EQ(unsure->outcome(), "ok");
  EXPECT_NE((*sure)->repeated, (*unsure)->repeated);
  EXPECT_EQ((*sure)->version, (*unsure)->version);
}

TEST(effectively_once, who_waits_for_a_search_when_the_lane_breaks_is_answered_by_the_successor) {
  simulation world{small_window()};
  world.send("x", add{5}, "a");
  send_others(world, "x");
  world.pass(longer_than_the_reach);
  send_others(world, "x", 64);
  overtake(world.journal, "x", world.log().size(), 1);
  world.send("x", add{1});
  const auto repeat = world.send("x", add{5}, since("a", whole_history));
  world.run();
  ASSERT_EQ(repeat->outcome(), "ok");
  EXPECT_TRUE((*repeat)->repeated);
}

TEST(effectively_once, the_times_of_a_stream_never_go_back) {
  simulation world;
  world.send("x", add{1});
  world.run();
  world.set_wall_clock_back(std::chrono::hours{1});
  world.send("x", add{1});
  world.run();
  const auto log = world.log();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].metadata.time, log[1].metadata.time);
}

TEST(effectively_once, a_clock_that_is_set_forward_makes_no_recovery_forget_a_command) {
  constexpr std::chrono::hours step{1};
  for (const int steps : {1, 3})
    for (const int others : {1, 10}) {  // as many as the window has, and more
      simulation world{small_window()};
      world.send("x", add{5}, "a");
      for (int i = 0; i < steps; ++i) {
        send_others(world, "x", others);
        world.run();
        world.set_wall_clock_back(-step);
      }
      send_others(world, "x", 4);
      world.kill_shard_of("x");
      world.run();
      world.pass(std::chrono::seconds{1});
      const auto repeat = world.send("x", add{5}, "a");
      world.run();
      ASSERT_EQ(repeat->outcome(), "ok");
      EXPECT_TRUE((*repeat)->repeated) << steps << " steps, " << others << " others before each";
    }
}

}  // namespace
}  // namespace acta::testing
