#include "actors/aggregate/command_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

namespace acta {

using namespace internal;
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

TEST(command_window, up_to_its_capacity_forgets_nothing) {
  command_window window{5000};
  for (std::uint64_t v = 1; v <= 5000; ++v) window.add(std::to_string(v), v, {v});
  EXPECT_TRUE(window.complete());
  EXPECT_EQ(window.find("1")->hash, 1U);
}

TEST(command_window, agrees_with_a_list_whatever_comes_and_goes) {
  for (const std::size_t capacity : {1U, 2U, 3U, 8U, 100U}) {
    command_window window{capacity};
    std::deque<std::string> expected;
    std::uint64_t chance = capacity;
    for (std::uint64_t v = 1; v <= 3000; ++v) {
      chance = chance * 6364136223846793005U + 1442695040888963407U;
      const auto id = std::to_string((chance >> 33) % 300);
      if (std::find(expected.begin(), expected.end(), id) != expected.end()) continue;
      window.add(id, v, {v * 2});
      expected.push_back(id);
      if (expected.size() > capacity) expected.pop_front();
      for (int i = 0; i < 300; ++i) {
        const auto other = std::to_string(i);
        const bool there = std::find(expected.begin(), expected.end(), other) != expected.end();
        ASSERT_EQ(window.find(other) != nullptr, there) << other << " at " << v;
      }
    }
  }
}

TEST(command_window, takes_the_newer_of_two_commands_that_a_smaller_window_let_share_an_id) {
  command_window window{4};
  window.add("a", 1, {1});
  window.add("b", 1, {2});
  window.add("a", 2, {3});
  EXPECT_EQ(window.find("a")->last, version{3});
  for (std::uint64_t v = 4; v <= 5; ++v) window.add(std::to_string(v), 1, {v});
  ASSERT_TRUE(window.find("a")) << "the older one went, the newer one stays";
  EXPECT_EQ(window.find("a")->hash, 2U);
}

TEST(command_window, goes_on_where_it_was_saved) {
  command_window window{3};
  for (std::uint64_t v = 1; v <= 5; ++v) window.add(std::to_string(v), v, {v});
  command_window restored{3};
  restored.restore(window.save(3));
  EXPECT_FALSE(restored.find("2"));
  for (std::uint64_t v = 3; v <= 5; ++v) EXPECT_EQ(restored.find(std::to_string(v))->hash, v);
  EXPECT_FALSE(restored.complete());
  restored.add("6", 6, {6});
  EXPECT_FALSE(restored.find("3"));
  restored.add("6", 6, {7});
  EXPECT_EQ(restored.find("6")->events, 2U);
}

TEST(command_window, saves_no_more_than_asked_and_says_what_is_lacking) {
  command_window window{5};
  for (std::uint64_t v = 1; v <= 5; ++v) window.add(std::to_string(v), v, {v});
  EXPECT_TRUE(window.save(5).complete);
  const auto part = window.save(2);
  EXPECT_FALSE(part.complete);
  ASSERT_EQ(part.commands.size(), 2U);
  EXPECT_EQ(part.commands[0].id.view(), "4");
  command_window smaller{1};
  smaller.restore(window.save(5));
  EXPECT_FALSE(smaller.complete());
  EXPECT_TRUE(smaller.find("5"));
}

}  // namespace
}  // namespace acta
