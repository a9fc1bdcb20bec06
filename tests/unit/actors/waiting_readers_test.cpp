// Work is counted, in readers that were looked at: a scan would look at all who wait.
#include "actors/cache/waiting_readers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class waiting_readers_test : public ::testing::Test {
protected:
  std::weak_ptr<ticket> wait(const std::string& name, version floor,
                             std::chrono::nanoseconds within = 1s) {
    request asked;
    asked.type = &type;
    asked.deadline = time.now() + within;
    auto waiting = ticket::admit(gate, std::move(asked), testing::told_to(heard, name));
    const std::weak_ptr<ticket> added = waiting;
    readers.add(line, std::move(waiting), floor);
    return added;
  }
  void answer_up_to(version at) { readers.answer(line, answer{at}, leaving, at); }
  void drop_late() {
    for (const auto& one : readers.late(time.now())) readers.drop(line, *one);
  }

  aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(100'000, 1 << 30, time, watcher);
  std::vector<std::string> heard;
  answer_batch leaving;
  waiting_readers readers;
  waiting_readers::line line;
};

TEST_F(waiting_readers_test, answers_by_floor_and_then_by_arrival) {
  wait("a", {9});
  wait("b", {7});
  wait("c", {9});
  wait("d", {8});
  answer_up_to({8});
  EXPECT_THAT(heard, ElementsAre("b:8", "d:8"));
  answer_up_to({9});
  EXPECT_THAT(heard, ElementsAre("b:8", "d:8", "a:9", "c:9"));
  EXPECT_TRUE(line.empty());
}

TEST_F(waiting_readers_test, looks_at_nobody_whose_version_has_not_come) {
  constexpr std::size_t ahead = 4'000;
  for (std::size_t i = 0; i < ahead; ++i) wait("ahead", {1'000'000 + i});
  for (std::uint64_t at = 1; at <= 1'000; ++at) {
    wait("near", {at});
    answer_up_to({at});
    EXPECT_FALSE(line.content_with(version{at}));
  }
  EXPECT_THAT(heard, SizeIs(1'000));
  EXPECT_EQ(readers.visited(), 2'000U) << "of each commit: one, and the first one beyond it";
}

TEST_F(waiting_readers_test, looks_at_nobody_whose_deadline_has_not_passed) {
  constexpr std::size_t patient = 4'000;
  for (std::size_t i = 0; i < patient; ++i) wait("patient", {9}, 1h + i * 1ms);
  for (int i = 0; i < 1'000; ++i) {
    wait("late", {9}, 10ms);
    time.advance(50ms);
    drop_late();
  }
  EXPECT_THAT(heard, SizeIs(1'000));
  EXPECT_EQ(readers.visited(), 1'000U);
  EXPECT_EQ(readers.size(), patient);
}

TEST_F(waiting_readers_test, keeps_one_that_left_until_it_is_answered) {
  const auto near = wait("near", {7});
  const auto ahead = wait("ahead", {9});
  EXPECT_TRUE(readers.withdraw(line, *near.lock()));
  EXPECT_TRUE(readers.withdraw(line, *ahead.lock()));
  EXPECT_TRUE(readers.withdraw(line, *ahead.lock())) << "again";
  EXPECT_FALSE(line.content_with(version{9})) << "nobody who stays";
  EXPECT_FALSE(line.empty());
  answer_up_to({7});
  EXPECT_THAT(heard, ElementsAre("near:7"));
  readers.answer_left(line, leaving);
  EXPECT_THAT(heard, ElementsAre("near:7", "ahead:deadline_exceeded"));
  EXPECT_TRUE(line.empty());
}

TEST_F(waiting_readers_test, knows_nobody_who_was_answered) {
  const auto one = wait("a", {7}).lock();
  answer_up_to({7});
  EXPECT_FALSE(readers.withdraw(line, *one));
  readers.drop(line, *one);
  EXPECT_EQ(readers.size(), 0U);
  EXPECT_THAT(readers.late(time.now() + 2s), IsEmpty());
}

TEST_F(waiting_readers_test, a_deadline_goes_on_for_one_that_left) {
  const auto left = wait("left", {9});
  EXPECT_TRUE(readers.withdraw(line, *left.lock()));
  time.advance(2s);
  drop_late();
  EXPECT_THAT(heard, ElementsAre("left:deadline_exceeded"));
  EXPECT_TRUE(line.empty());
  EXPECT_EQ(gate->counts().outstanding, 0U);
}

TEST_F(waiting_readers_test, hands_over_who_stays_in_order) {
  const auto left = wait("left", {7});
  const auto second = wait("second", {9});
  const auto first = wait("first", {8});
  EXPECT_TRUE(readers.withdraw(line, *left.lock()));
  EXPECT_THAT(readers.take(line, leaving), ElementsAre(first.lock(), second.lock()));
  EXPECT_THAT(heard, ElementsAre("left:deadline_exceeded", "first:dropped", "second:dropped"));
  EXPECT_TRUE(line.empty());
}

}  // namespace
}  // namespace acta
