// A subscriber gets every durable event, in order, once: first what is there, then live.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/moody.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class subscription_test : public ::testing::Test {
protected:
  std::shared_ptr<subscriber> subscribe(position from = from_start) {
    auto made = std::make_shared<subscriber>(
        [this](const recorded_event& event) { seen.push_back(event.position.offset); });
    world.engine().subscribe(from, made);
    return made;
  }
  /// Remembers what it sees before `offset`, and why it ends.
  std::shared_ptr<subscriber> throws_at(std::uint64_t offset) {
    return std::make_shared<subscriber>(
        [this, offset](const recorded_event& event) {
          if (event.position.offset == offset) throw std::runtime_error{"a subscriber's bug"};
          seen.push_back(event.position.offset);
        },
        [this](const error& why) { ends.push_back(why); });
  }
  void add_events(int count) {
    for (int i = 0; i < count; ++i) world.send(std::to_string(i), add{1});
    world.run();
  }

  std::vector<std::uint64_t> seen;  // outlive the world, whose end is told
  std::vector<error> ends;
  simulation world;
};

TEST_F(subscription_test, gets_what_is_there_and_then_what_comes) {
  add_events(2);
  subscribe();
  world.run();
  EXPECT_THAT(seen, ElementsAre(1, 2));
  add_events(2);
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4));
}

TEST_F(subscription_test, begins_where_it_is_told_even_if_that_is_to_come) {
  subscribe({0, 3});
  add_events(2);
  EXPECT_THAT(seen, IsEmpty());
  add_events(2);
  EXPECT_THAT(seen, ElementsAre(3, 4));
}

TEST_F(subscription_test, reads_a_long_log_page_by_page) {
  add_events(1000);
  subscribe();
  world.run();
  ASSERT_EQ(seen.size(), 1000U);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], i + 1);
}

TEST_F(subscription_test, gets_nothing_that_is_not_durable) {
  add_events(1);
  subscribe();
  world.run();
  world.journal.hold();
  world.send("0", add{1});
  world.run();
  EXPECT_THAT(seen, ElementsAre(1));
  world.journal.release_all();
  world.run();
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_F(subscription_test, gets_nothing_after_it_was_cancelled) {
  const auto mine = subscribe();
  add_events(1);
  mine->cancel();
  world.run();
  EXPECT_TRUE(mine->ended()) << "its actor does not wait for another event";
  add_events(1);
  EXPECT_THAT(seen, ElementsAre(1));
}

TEST_F(subscription_test, may_cancel_itself_from_its_handler) {
  std::shared_ptr<subscriber> mine;
  mine = std::make_shared<subscriber>([&](const recorded_event& event) {
    seen.push_back(event.position.offset);
    if (seen.size() == 2) mine->cancel();
  });
  add_events(4);
  world.engine().subscribe(from_start, mine);
  world.run();
  EXPECT_THAT(seen, ElementsAre(1, 2));
  mine.reset();
}

TEST_F(subscription_test, goes_on_after_the_journal_actor_was_started_again) {
  subscribe();
  add_events(1);
  world.kill_journal();
  world.run();
  add_events(1);
  world.pass(std::chrono::seconds{5});
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_F(subscription_test, a_handler_that_throws_ends_its_own_subscription_only) {
  auto broken = throws_at(1);
  world.engine().subscribe(from_start, broken);
  subscribe();
  add_events(2);
  EXPECT_TRUE(broken->ended());
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_F(subscription_test, that_ends_by_itself_tells_its_owner_why_once) {
  world.engine().subscribe(from_start, throws_at(2));
  add_events(4);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::dropped);
  EXPECT_EQ(ends[0].detail, "the handler threw at position 2: a subscriber's bug");
  EXPECT_EQ(world.metric("acta_subscriptions_ended_total", "dropped"), 1);
}

TEST_F(subscription_test, tells_of_an_exception_without_a_text) {
  world.engine().subscribe(
      from_start,
      std::make_shared<subscriber>([](const recorded_event&) { throw textless_exception{}; },
                                   [this](const error& why) { ends.push_back(why); }));
  add_events(1);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].detail, "the handler threw at position 1: an exception without a text");
}

TEST_F(subscription_test, that_failed_can_be_taken_up_without_gap_or_repeat) {
  auto broken = throws_at(3);
  world.engine().subscribe(from_start, broken);
  add_events(4);
  EXPECT_THAT(seen, ElementsAre(1, 2));
  EXPECT_EQ(broken->handled(), (position{0, 2}));
  subscribe({0, broken->handled().offset + 1});
  add_events(1);
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(subscription_test, that_is_cancelled_tells_nobody) {
  auto mine = throws_at(2);
  world.engine().subscribe(from_start, mine);
  add_events(1);
  mine->cancel();
  add_events(1);
  EXPECT_TRUE(mine->ended());
  EXPECT_THAT(ends, IsEmpty());
  EXPECT_EQ(world.metric("acta_subscriptions_ended_total"), 0);
}

TEST_F(subscription_test, is_told_when_the_node_ends) {
  world.engine().subscribe(from_start, throws_at(9));
  add_events(1);
  world.engine().end();
  world.run();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::shutting_down);
  world.engine().subscribe(from_start, throws_at(9));
  EXPECT_EQ(ends.size(), 2U) << "it came too late, and is told at once";
}

TEST_F(subscription_test, knows_how_far_it_has_come) {
  auto mine = subscribe({0, 3});
  EXPECT_EQ(mine->handled(), (position{0, 2}));
  add_events(4);
  EXPECT_EQ(mine->handled(), (position{0, 4}));
  mine->cancel();
  add_events(1);
  EXPECT_EQ(mine->handled(), (position{0, 4}));
}

TEST_F(subscription_test, that_is_slow_is_seen_to_be_behind) {
  add_events(1000);
  std::vector<std::uint64_t> behind;
  auto slow = std::make_shared<subscriber>(
      [&](const recorded_event&) { behind.push_back(world.engine().subscriptions().most_behind); });
  world.engine().subscribe(from_start, slow);
  auto other = subscribe({0, 1001});
  EXPECT_EQ(world.engine().subscriptions().active, 2U);
  EXPECT_EQ(world.engine().subscriptions().most_behind, 1000U);
  world.run();
  ASSERT_EQ(behind.size(), 1000U);
  for (std::size_t i = 0; i < behind.size(); ++i) ASSERT_EQ(behind[i], 1000 - i);
  EXPECT_EQ(world.engine().subscriptions().most_behind, 0U);
  slow->cancel();
  other->cancel();
  world.run();
  EXPECT_EQ(world.engine().subscriptions().active, 0U);
}

TEST_F(subscription_test, whose_handler_blocks_is_handed_one_page_and_gets_all_later) {
  subscribe();
  world.run();
  world.handlers.hold();
  add_events(1000);
  EXPECT_EQ(world.handlers.waiting(), 1U);
  EXPECT_EQ(world.engine().subscriptions().most_behind, 1000U);
  world.handlers.release();
  world.run();
  ASSERT_EQ(seen.size(), 1000U);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], i + 1);
}

TEST_F(subscription_test, goes_on_though_the_journal_actor_dies_while_its_handler_blocks) {
  subscribe();
  world.run();
  world.handlers.hold();
  add_events(2);
  world.kill_journal();
  world.pass(std::chrono::seconds{1});
  EXPECT_EQ(world.handlers.waiting(), 1U) << "nothing is read meanwhile";
  world.handlers.release();
  world.run();
  add_events(1);
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
}

TEST_F(subscription_test, gets_no_event_after_its_node_ended_and_is_told_when_its_handler_is_done) {
  world.engine().subscribe(from_start, throws_at(9));
  world.run();
  world.handlers.hold();
  add_events(2);
  world.engine().end();
  world.run();
  EXPECT_THAT(ends, IsEmpty()) << "its thread is busy";
  world.handlers.release();
  world.run();
  EXPECT_THAT(seen, IsEmpty()) << "what is left of its page is not handled";
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::shutting_down);
  EXPECT_EQ(world.handlers.running(), 0U);
}

TEST_F(subscription_test, whose_handler_throws_while_the_node_ends_is_told_that_it_threw) {
  auto broken = std::make_shared<subscriber>(
      [this](const recorded_event&) {
        world.engine().end();
        throw std::runtime_error{"a subscriber's bug"};
      },
      [this](const error& why) { ends.push_back(why); });
  add_events(1);
  world.engine().subscribe(from_start, broken);
  world.run();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::dropped);
}

TEST_F(subscription_test, gives_its_thread_back_when_it_ends) {
  auto broken = throws_at(1);
  world.engine().subscribe(from_start, broken);
  auto cancelled = subscribe();
  world.run();
  EXPECT_EQ(world.handlers.running(), 2U);
  add_events(1);
  EXPECT_EQ(world.handlers.running(), 1U);
  cancelled->cancel();
  world.run();
  EXPECT_EQ(world.handlers.running(), 0U);
}

TEST_F(subscription_test, is_told_at_once_that_there_is_no_thread) {
  world.handlers.there_are_none = true;
  world.engine().subscribe(from_start, throws_at(9));
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::overloaded);
  EXPECT_EQ(world.engine().subscriptions().active, 0U);
}

TEST_F(subscription_test, that_cancelled_itself_counts_until_its_handler_has_returned) {
  std::vector<std::shared_ptr<subscriber>> all;
  for (std::size_t i = 1; i < engine::most_subscriptions; ++i) all.push_back(subscribe({0, 2}));
  std::shared_ptr<subscriber> mine;
  mine = std::make_shared<subscriber>([&](const recorded_event&) {
    mine->cancel();
    world.engine().subscribe(from_start, throws_at(9));
  });
  world.engine().subscribe(from_start, mine);
  add_events(1);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].code, errc::overloaded);
  all.back()->cancel();
  world.engine().subscribe({0, 2}, throws_at(9));
  EXPECT_EQ(ends.size(), 1U) << "cancelled from outside, it gives its place back at once";
  world.engine().subscribe({0, 2}, throws_at(9));
  EXPECT_EQ(ends.size(), 1U) << "so did the one whose handler has returned";
  world.engine().subscribe({0, 2}, throws_at(9));
  EXPECT_EQ(ends.size(), 2U);
  mine.reset();
}

TEST(subscription, gets_every_event_once_however_often_the_journal_actor_dies) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    auto how = simulation::few_shards();
    how.restart_intensity = 1'000;
    std::vector<std::uint64_t> seen;
    simulation world{how, seed};
    seeded_random dice{seed};
    world.engine().subscribe(from_start, std::make_shared<subscriber>([&](const auto& event) {
                               seen.push_back(event.position.offset);
                             }));
    for (int i = 0; i < 40; ++i) {
      world.send("x", add{1});
      for (auto steps = dice.next() % 12; steps > 0 && world.step(); --steps) {
      }
      if (i % 4 == 0) world.kill_journal();
      if (i % 8 == 0) world.pass(std::chrono::milliseconds{60});
    }
    world.pass(std::chrono::seconds{11});
    ASSERT_EQ(seen.size(), world.log().size()) << "seed " << seed;
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], i + 1);
  }
}

}  // namespace
}  // namespace acta::testing
