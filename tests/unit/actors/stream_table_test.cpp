#include "actors/protocol/stream_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace acta {

using namespace internal;
namespace {

stream_id numbered(std::uint64_t n) { return {"test", std::to_string(n)}; }

std::map<stream_id, int> content_of(const stream_table<int>& table) {
  std::map<stream_id, int> all;
  table.for_each([&](const auto& one) { EXPECT_TRUE(all.emplace(one.stream, one.value).second); });
  return all;
}

TEST(stream_table, that_is_empty_finds_nothing) {
  stream_table<int> table;
  EXPECT_EQ(table.find(numbered(1)), nullptr);
  table.erase(numbered(1));
  EXPECT_EQ(table.size(), 0U);
}

TEST(stream_table, holds_what_a_map_holds_whatever_comes_and_goes) {
  std::mt19937_64 chance{20261125};
  stream_table<int> table;
  std::map<stream_id, int> expected;
  for (int step = 0; step < 100'000; ++step) {
    // Now more, now fewer streams: chains of places form, are cut, and move up.
    const auto one = numbered(chance() % (step / 10'000 % 2 ? 300 : 3'000));
    if (chance() % 3 == 0) {
      table.erase(one);
      expected.erase(one);
    } else {
      EXPECT_EQ(table.find_or_add(one, step).value, expected.emplace(one, step).first->second);
    }
    const auto* found = table.find(one);
    ASSERT_EQ(found != nullptr, expected.contains(one)) << to_string(one);
    ASSERT_EQ(table.size(), expected.size());
  }
  EXPECT_EQ(content_of(table), expected);
  for (const auto& [one, value] : expected) ASSERT_EQ(table.find(one)->value, value);
}

TEST(stream_table, leaves_a_value_where_it_is) {
  stream_table<int> table;
  const auto* first = &table.find_or_add(numbered(0), 7);
  for (std::uint64_t n = 1; n < 1'000; ++n) table.find_or_add(numbered(n), 1);
  for (std::uint64_t n = 1; n < 1'000; n += 2) table.erase(numbered(n));
  EXPECT_EQ(table.find(numbered(0)), first);
  EXPECT_EQ(first->value, 7);
}

TEST(stream_table, takes_the_name_of_an_entry_to_erase_it_by) {
  stream_table<int> table;
  auto& one = table.find_or_add(numbered(1), 1);
  table.erase(one.stream);
  EXPECT_EQ(table.find(numbered(1)), nullptr);
}

}  // namespace
}  // namespace acta
