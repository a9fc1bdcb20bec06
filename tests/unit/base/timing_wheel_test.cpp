#include "actors/base/timing_wheel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace acta::internal {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using time_point = timing_wheel::time_point;
using namespace std::chrono_literals;

struct item : wheel_item {
  explicit item(std::string with) : name{std::move(with)} {}
  std::string name;
};

class timing_wheel_test : public ::testing::Test {
protected:
  std::vector<std::string> due(time_point now) {
    std::vector<std::string> found;
    wheel.for_each_due(now,
                       [&](wheel_item& one) { found.push_back(static_cast<item&>(one).name); });
    return found;
  }
  const time_point start{100h};
  timing_wheel wheel;
};

TEST_F(timing_wheel_test, finds_what_is_due_and_nothing_else) {
  item a{"a"};
  item b{"b"};
  wheel.add(a, start + 1s);
  wheel.add(b, start + 2s);
  EXPECT_THAT(due(start), IsEmpty());
  EXPECT_THAT(due(start + 1s), ElementsAre("a"));
  wheel.remove(a);
  EXPECT_THAT(due(start + 1999ms), IsEmpty());
  EXPECT_THAT(due(start + 2s), ElementsAre("b"));
}

TEST_F(timing_wheel_test, finds_one_whose_deadline_is_many_turns_away) {
  item far{"far"};
  item near{"near"};
  wheel.add(far, start + 1h);
  wheel.add(near, start + 10ms);
  for (auto now = start; now < start + 1h; now += 50ms)
    for (const auto& name : due(now)) {
      EXPECT_EQ(name, "near");
      wheel.remove(near);
    }
  EXPECT_THAT(due(start + 1h), ElementsAre("far"));
}

TEST_F(timing_wheel_test, finds_one_that_is_added_too_late_at_the_next_look) {
  EXPECT_THAT(due(start), IsEmpty());
  item late{"late"};
  wheel.add(late, start - 5s);
  EXPECT_THAT(due(start + 50ms), ElementsAre("late"));
}

TEST_F(timing_wheel_test, finds_all_when_nobody_looked_for_long) {
  item a{"a"};
  item b{"b"};
  wheel.add(a, start + 1s);
  wheel.add(b, start + 40min);
  EXPECT_THAT(due(start + 1h), UnorderedElementsAre("a", "b"));
}

TEST_F(timing_wheel_test, keeps_one_that_never_comes) {
  item never{"never"};
  wheel.add(never, time_point::max());
  EXPECT_THAT(due(start + 1000h), IsEmpty());
  std::vector<std::string> all;
  wheel.for_each([&](wheel_item& one) { all.push_back(static_cast<item&>(one).name); });
  EXPECT_THAT(all, ElementsAre("never"));
}

TEST_F(timing_wheel_test, agrees_with_a_sorted_set_over_random_deadlines) {
  std::mt19937_64 chance{1};
  std::vector<std::unique_ptr<item>> all;
  std::multiset<std::pair<time_point, item*>> expected;
  auto now = start;
  for (int round = 0; round < 5'000; ++round) {
    auto& made = *all.emplace_back(std::make_unique<item>(""));
    const auto deadline = now + std::chrono::milliseconds{chance() % 60'000};
    wheel.add(made, deadline);
    expected.emplace(deadline, &made);
    if (chance() % 4 == 0) {
      const auto gone =
          std::next(expected.begin(), static_cast<std::ptrdiff_t>(chance() % expected.size()));
      wheel.remove(*gone->second);
      expected.erase(gone);
    }
    now += std::chrono::milliseconds{chance() % 100};
    std::vector<wheel_item*> found;
    wheel.for_each_due(now, [&](wheel_item& one) { found.push_back(&one); });
    for (auto* one : found) wheel.remove(*one);
    std::size_t passed = 0;
    while (!expected.empty() && expected.begin()->first <= now) {
      EXPECT_THAT(found, ::testing::Contains(expected.begin()->second));
      expected.erase(expected.begin());
      ++passed;
    }
    ASSERT_EQ(found.size(), passed);
  }
}

}  // namespace
}  // namespace acta::internal
