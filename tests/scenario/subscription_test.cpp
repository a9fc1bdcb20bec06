// A subscriber gets every durable event, in order, once: first what is there, then live.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/simulation.hpp"

namespace acta::testing {
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
  void add_events(int count) {
    for (int i = 0; i < count; ++i) world.send(std::to_string(i), add{1});
    world.run();
  }

  simulation world;
  std::vector<std::uint64_t> seen;
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
  auto broken = std::make_shared<subscriber>(
      [](const recorded_event&) { throw std::runtime_error{"a subscriber's bug"}; });
  world.engine().subscribe(from_start, broken);
  subscribe();
  add_events(2);
  EXPECT_TRUE(broken->ended());
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

}  // namespace
}  // namespace acta::testing
