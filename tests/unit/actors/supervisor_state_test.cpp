// When a supervisor starts and stops its children, without actors.
#include "actors/supervisor/supervisor_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/fakes.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

/// Three children, a to c, of which two restarts within 10 s are borne; and what was done, in
/// order.
class supervisor_state_test : public ::testing::Test, protected child_actors {
protected:
  ~supervisor_state_test() override = default;
  void start(std::size_t index) override { did.push_back("start " + name(index)); }
  void stop(std::size_t index) override { did.push_back("stop " + name(index)); }
  void is_away(std::size_t index) override { did.push_back("away " + name(index)); }
  void wait(std::chrono::milliseconds how_long, std::size_t index, std::uint64_t round) override {
    EXPECT_GE(how_long, 50ms);
    EXPECT_LE(how_long, 100ms);
    did.push_back("wait " + name(index));
    waits.emplace_back(index, round);
  }
  void give_up() override { did.push_back("give up"); }
  void all_stopped() override { did.push_back("all stopped"); }

  static std::string name(std::size_t index) { return std::string(1, "abc"[index]); }
  supervisor_state supervisor(restart_strategy strategy) {
    supervisor_policy with;
    with.name = "test";
    with.strategy = strategy;
    with.restarts = {2, 10s};
    with.delay = {100ms, 1s};
    with.time = &time;
    with.chance = &chance;
    with.watcher = &watcher;
    return {with, {"a", "b", "c"}, *this};
  }
  supervisor_state started(restart_strategy strategy) {
    auto made = supervisor(strategy);
    made.start_all();
    did.clear();
    return made;
  }
  /// What was done since the last call.
  std::vector<std::string> done() { return std::exchange(did, {}); }

  testing::manual_clock time;
  testing::seeded_random chance{1};
  testing::remembering_observer watcher;
  std::vector<std::string> did;
  std::vector<std::pair<std::size_t, std::uint64_t>> waits;
};

TEST_F(supervisor_state_test, starts_its_children_in_order_and_stops_them_in_reverse) {
  auto all = supervisor(restart_strategy::rest_for_one);
  all.start_all();
  EXPECT_THAT(done(), ElementsAre("start a", "start b", "start c"));
  all.stop_all();
  all.stop_all();
  EXPECT_THAT(done(), ElementsAre("stop c"));
  all.child_ended(2);
  all.child_ended(1);
  all.child_ended(0);
  EXPECT_THAT(done(), ElementsAre("stop b", "stop a", "all stopped"));
}

TEST_F(supervisor_state_test, restarts_the_one_that_ended_and_no_other) {
  auto all = started(restart_strategy::one_for_one);
  all.child_ended(1);
  EXPECT_THAT(done(), ElementsAre("away b", "start b"));
}

TEST_F(supervisor_state_test, restarts_those_that_were_started_later_too_when_all_have_ended) {
  auto all = started(restart_strategy::rest_for_one);
  all.child_ended(1);
  EXPECT_THAT(done(), ElementsAre("away b", "stop c"));
  all.child_ended(2);
  EXPECT_THAT(done(), ElementsAre("away c", "start b", "start c"));
}

TEST_F(supervisor_state_test, begins_further_up_if_an_earlier_one_ends_meanwhile) {
  auto all = started(restart_strategy::rest_for_one);
  all.child_ended(1);
  all.child_ended(0);
  EXPECT_THAT(done(), ElementsAre("away b", "stop c", "away a", "wait a", "stop c"));
  all.child_ended(2);
  EXPECT_THAT(done(), ElementsAre("away c"));
  all.wait_is_over(waits[0].first, waits[0].second);
  EXPECT_THAT(done(), ElementsAre("start a", "start b", "start c"));
}

TEST_F(supervisor_state_test, waits_before_a_second_restart_within_the_period) {
  auto all = started(restart_strategy::one_for_one);
  all.child_ended(0);
  all.child_ended(0);
  EXPECT_THAT(done(), ElementsAre("away a", "start a", "away a", "wait a"));
  all.wait_is_over(waits[0].first, waits[0].second);
  EXPECT_THAT(done(), ElementsAre("start a"));
  time.advance(11s);
  all.child_ended(0);
  EXPECT_THAT(done(), ElementsAre("away a", "start a"));
}

TEST_F(supervisor_state_test, gives_up_after_too_many_restarts_and_stops_what_still_runs) {
  auto all = started(restart_strategy::one_for_one);
  all.child_ended(1);
  all.child_ended(0);
  all.wait_is_over(waits[0].first, waits[0].second);
  done();
  all.child_ended(2);
  EXPECT_THAT(done(), ElementsAre("give up", "stop b"));
  EXPECT_EQ(watcher.count(happening::supervisor_escalated), 1U);
  all.child_ended(1);
  all.child_ended(0);
  EXPECT_THAT(done(), ElementsAre("stop a", "all stopped"));
}

TEST_F(supervisor_state_test, puts_another_in_the_place_of_one_that_was_told_to_stop) {
  auto all = started(restart_strategy::one_for_one);
  for (int i = 0; i < 5; ++i) all.child_finished(1);
  EXPECT_EQ(done().size(), 10U) << "none of it is a restart, so none is one too many";
  all.child_finished(1);
  EXPECT_THAT(done(), ElementsAre("away b", "start b"));
  EXPECT_EQ(watcher.count(happening::child_restarted), 0U);
  all.stop_all();
  EXPECT_THAT(done(), ElementsAre("stop c"));
  all.child_finished(1);
  all.child_finished(2);
  EXPECT_THAT(done(), ElementsAre("stop c", "stop a"));
}

TEST_F(supervisor_state_test, starts_nothing_after_it_was_told_to_stop) {
  auto all = started(restart_strategy::rest_for_one);
  all.child_ended(2);
  all.child_ended(2);
  done();
  all.stop_all();
  all.wait_is_over(waits[0].first, waits[0].second);
  EXPECT_THAT(done(), ElementsAre("stop b"));
}

}  // namespace
}  // namespace acta
