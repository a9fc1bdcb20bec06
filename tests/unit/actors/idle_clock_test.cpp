#include "actors/shard/idle_clock.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace acta {

using namespace internal;
namespace {

using std::chrono::seconds;

class idle_clock_test : public ::testing::Test {
protected:
  static idle_clock::time_point at(int s) { return idle_clock::time_point{seconds{s}}; }
  resident& add(int last_asked) {
    auto& made = residents.emplace_back();
    made.last_asked = at(last_asked);
    clock.add(made);
    return made;
  }
  std::deque<resident> residents;
  idle_clock clock;
};

TEST_F(idle_clock_test, finds_one_that_was_not_asked_for_long_among_others) {
  add(100);
  auto& idle = add(5);
  add(100);
  EXPECT_EQ(clock.find_idle(at(50), 3), &idle);
  clock.remove(idle);
  EXPECT_EQ(clock.find_idle(at(50), 3), nullptr);
  EXPECT_EQ(clock.size(), 2U);
}

TEST_F(idle_clock_test, looks_at_so_many_at_a_time_and_goes_on_where_it_stopped) {
  for (int i = 0; i < 9; ++i) add(100);
  auto& idle = add(5);
  int calls = 1;
  while (clock.find_idle(at(50), 1) != &idle) ASSERT_LT(++calls, 11);
}

TEST_F(idle_clock_test, finds_whoever_has_become_idle_since_it_looked_in_vain) {
  auto& first = add(10);
  add(20);
  EXPECT_EQ(clock.find_idle(at(10), 2), nullptr);
  EXPECT_EQ(clock.find_idle(at(10), 2), nullptr);
  EXPECT_EQ(clock.find_idle(at(11), 2), &first);
  first.last_asked = at(30);
  EXPECT_EQ(clock.find_idle(at(15), 2), nullptr);
}

TEST_F(idle_clock_test, is_empty_without_harm) {
  EXPECT_EQ(clock.find_idle(at(10), 0), nullptr);
  auto& only = add(5);
  clock.remove(only);
  EXPECT_EQ(clock.find_idle(at(50), 5), nullptr);
}

}  // namespace
}  // namespace acta
