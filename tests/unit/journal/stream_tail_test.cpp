#include "runtime/journal/stream_tail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const stream_id a{"test", "a"};
const stream_id b{"test", "b"};

/// Three events to a segment: a1 b1 a2 | a3 a4 b2 | b3.
class stream_tail_test : public ::testing::Test {
protected:
  void fill() {
    tail.add({{&a, {1}, 10}, {&b, {1}, 11}});
    tail.add({{&a, {2}, 12}, {&a, {3}, 13}, {&a, {4}, 14}, {&b, {2}, 15}, {&b, {3}, 16}});
  }
  stream_tail tail{3};
};

TEST_F(stream_tail_test, does_not_know_a_stream_that_is_not_there) {
  fill();
  const auto found = tail.find(stream_id{"test", "c"}, {1}, 10);
  EXPECT_EQ(found.first, version{0});
  EXPECT_EQ(found.last, version{0});
  EXPECT_THAT(found.positions, IsEmpty());
}

TEST_F(stream_tail_test, finds_a_stream_across_segments) {
  fill();
  const auto found = tail.find(a, {1}, 10);
  EXPECT_EQ(found.first, version{1});
  EXPECT_EQ(found.last, version{4});
  EXPECT_THAT(found.positions, ElementsAre(10, 12, 13, 14));
}

TEST_F(stream_tail_test, begins_at_any_version_and_ends_after_as_many_as_asked) {
  fill();
  EXPECT_THAT(tail.find(a, {2}, 2).positions, ElementsAre(12, 13));
  EXPECT_THAT(tail.find(a, {4}, 2).positions, ElementsAre(14));
  EXPECT_THAT(tail.find(a, {5}, 2).positions, IsEmpty());
  EXPECT_THAT(tail.find(a, {1}, 0).positions, IsEmpty());
  EXPECT_EQ(tail.find(a, {1}, 0).last, version{4}) << "the newest is known all the same";
}

TEST_F(stream_tail_test, looks_at_a_page_of_a_hot_stream_and_not_at_all_of_it) {
  constexpr std::uint64_t events = 262'144;
  stream_tail hot{events};
  for (std::uint64_t i = 1; i <= events / 2; ++i) hot.add({{&a, {i}, 2 * i - 1}, {&b, {i}, 2 * i}});
  for (const std::uint64_t from : {1U, 64U, 65U, 50'000U, 131'000U, 131'072U})
    for (const std::size_t most : {1U, 100U}) {
      const auto found = hot.find(a, {from}, most);
      const auto size = std::min<std::size_t>(most, events / 2 - from + 1);
      ASSERT_EQ(found.positions.size(), size) << from;
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(found.positions[i], 2 * (from + i) - 1);
      EXPECT_LT(found.visited, size + 64) << "from " << from << ", " << most;
    }
  EXPECT_EQ(hot.find(a, {1}, 0).visited, 0U) << "the newest version is no walk";
}

TEST_F(stream_tail_test, finds_in_any_order_of_streams_what_a_list_of_all_finds) {
  std::mt19937 chance{7};
  stream_tail mixed{500};
  std::vector<std::uint64_t> of_a;
  version last_of_b;
  for (std::uint64_t position = 1; position <= 1'700; ++position) {
    if (chance() % 4 == 0) {
      last_of_b = last_of_b.next();
      mixed.add({{&b, last_of_b, position}});
      continue;
    }
    of_a.push_back(position);
    mixed.add({{&a, {of_a.size()}, position}});
  }
  for (int i = 0; i < 2'000; ++i) {
    const auto from = chance() % of_a.size();
    const auto most = chance() % 700;
    const auto end = std::min<std::size_t>(from + most, of_a.size());
    const std::vector<std::uint64_t> expected(of_a.begin() + static_cast<std::ptrdiff_t>(from),
                                              of_a.begin() + static_cast<std::ptrdiff_t>(end));
    ASSERT_EQ(mixed.find(a, {from + 1}, most).positions, expected) << from << ", " << most;
  }
}

TEST_F(stream_tail_test, has_no_full_segment_before_it_is_full) {
  EXPECT_EQ(tail.oldest_full().last, 0U);
  tail.add({{&a, {1}, 1}, {&a, {2}, 2}});
  EXPECT_EQ(tail.oldest_full().last, 0U);
  tail.add({{&a, {3}, 3}});
  EXPECT_EQ(tail.oldest_full().first, 1U);
  EXPECT_EQ(tail.oldest_full().last, 3U);
}

TEST_F(stream_tail_test, drops_segments_oldest_first_and_keeps_the_rest) {
  fill();
  EXPECT_EQ(tail.oldest_full().first, 10U);
  EXPECT_EQ(tail.oldest_full().last, 12U);
  tail.drop_oldest();
  EXPECT_EQ(tail.find(a, {1}, 10).first, version{3});
  EXPECT_THAT(tail.find(a, {1}, 10).positions, ElementsAre(13, 14));
  EXPECT_EQ(tail.oldest_full().first, 13U);
  tail.drop_oldest();
  EXPECT_EQ(tail.find(a, {1}, 10).last, version{0});
  EXPECT_EQ(tail.find(b, {1}, 10).first, version{3});
  EXPECT_EQ(tail.oldest_full().last, 0U) << "the last one is not full";
}

TEST_F(stream_tail_test, shows_a_reader_no_gap_while_it_grows_and_is_dropped) {
  std::atomic<bool> done{false};
  std::thread reader{[&] {
    while (!done) {
      const auto found = tail.find(a, {1}, 1'000'000);
      ASSERT_EQ(found.positions.size(),
                found.last == version{0} ? 0 : found.last.value - found.first.value + 1);
      for (std::size_t i = 0; i < found.positions.size(); ++i)
        ASSERT_EQ(found.positions[i], found.first.value + i);
    }
  }};
  for (std::uint64_t i = 1; i <= 3'000; ++i) {
    tail.add({{&a, {i}, i}});
    if (tail.oldest_full().last + 30 < i && tail.oldest_full().last > 0) tail.drop_oldest();
  }
  done = true;
  reader.join();
}

}  // namespace
}  // namespace acta
