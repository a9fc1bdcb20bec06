#include "actors/aggregate/command_window.hpp"

#include <gtest/gtest.h>

namespace acta {
namespace {

TEST(command_window, knows_the_events_of_a_command_as_one) {
  command_window window{8};
  window.add("a", 1, {1});
  window.add("a", 1, {2});
  window.add("b", 2, {3});
  ASSERT_TRUE(window.find("a"));
  EXPECT_EQ(window.find("a")->last, version{2});
  EXPECT_EQ(window.find("a")->events, 2U);
  EXPECT_EQ(window.find("b")->hash, 2U);
}

TEST(command_window, forgets_the_oldest_command_beyond_its_capacity_and_says_so) {
  command_window window{2};
  window.add("a", 1, {1});
  window.add("b", 1, {2});
  EXPECT_TRUE(window.complete());
  window.add("c", 1, {3});
  EXPECT_FALSE(window.find("a"));
  EXPECT_TRUE(window.find("b"));
  EXPECT_TRUE(window.find("c"));
  EXPECT_FALSE(window.complete());
  for (std::uint64_t v = 4; v < 100; ++v) window.add(std::to_string(v), 1, {v});
  EXPECT_EQ(window.size(), 2U);
  EXPECT_TRUE(window.find("98"));
  EXPECT_TRUE(window.find("99"));
}

TEST(command_window, takes_a_forgotten_id_as_a_new_command) {
  command_window window{2};
  for (const char* id : {"a", "b", "c"}) window.add(id, 1, {static_cast<std::uint64_t>(id[0])});
  window.add("a", 7, {200});
  EXPECT_EQ(window.find("a")->hash, 7U);
  EXPECT_FALSE(window.find("b"));
}

TEST(command_window, without_capacity_forgets_nothing) {
  command_window window{std::nullopt};
  for (std::uint64_t v = 1; v <= 5000; ++v) window.add(std::to_string(v), v, {v});
  EXPECT_TRUE(window.complete());
  EXPECT_EQ(window.find("1")->hash, 1U);
}

}  // namespace
}  // namespace acta
