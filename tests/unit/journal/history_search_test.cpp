// A search through a stream that has no index by command, on pages that a test makes up.
#include "runtime/journal/history_search.hpp"

#include <gmock/gmock.h>

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class history_search_test : public ::testing::Test {
protected:
  /// A command of `events` events, `seconds` after the beginning.
  void happened(const std::string& id, std::size_t events = 1, std::int64_t seconds = 0) {
    for (std::size_t i = 0; i < events; ++i) {
      recorded_event event;
      event.stream = stream;
      event.version = {events_.size() + 1};
      event.metadata.command_id = id;
      event.metadata.command_hash = 7;
      event.metadata.time = at(seconds);
      events_.push_back(std::move(event));
    }
  }
  static timestamp at(std::int64_t seconds) { return timestamp{std::chrono::seconds{seconds}}; }

  result<search_result> search(const std::string& id, timestamp since = timestamp::min(),
                               std::size_t most_passed = 1'000'000, std::uint64_t newest = 0) {
    return run({stream, id, {newest ? newest : events_.size()}, since, most_passed});
  }
  result<search_result> run(command_search what) {
    history_search one{std::move(what)};
    while (const auto range = one.next()) {
      event_page page;
      for (auto i = range->from.value; i < range->from.value + range->events; ++i) {
        if (page.events.size() == page_events) break;
        if (i <= events_.size()) page.add(events_[i - 1]);
        ++read;
      }
      if (auto taken = one.take(std::move(page)); !taken) return taken.error();
    }
    return std::move(one).outcome();
  }

  const stream_id stream{"test", "a"};
  std::vector<recorded_event> events_;
  std::size_t page_events = 1'000'000;
  std::size_t read = 0;
};

TEST_F(history_search_test, finds_a_command_with_all_of_its_events_wherever_it_is) {
  for (int i = 0; i < 3'000; ++i)
    happened("c" + std::to_string(i), static_cast<std::size_t>(1 + i % 3));
  for (const std::size_t pages : {1'000'000UL, 7UL})
    for (const int i : {0, 1, 2, 1'000, 1'001, 1'002, 2'990, 2'999}) {
      page_events = pages;
      const auto outcome = search("c" + std::to_string(i));
      ASSERT_TRUE(outcome.ok());
      ASSERT_TRUE(outcome->found) << i;
      EXPECT_EQ(outcome->found->events, static_cast<std::uint64_t>(1 + i % 3)) << i;
      EXPECT_EQ(events_[outcome->found->last.value - 1].metadata.command_id,
                "c" + std::to_string(i));
      EXPECT_EQ(outcome->found->hash, 7U);
    }
}

TEST_F(history_search_test, tells_of_what_it_passed_and_how_far_that_speaks) {
  happened("a", 2);
  happened("b");
  happened("c", 3);
  happened("d");
  auto outcome = search("nobody");
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->found);
  EXPECT_THAT(outcome->passed, ElementsAre(passed_command{hash_of_command_id("d"), {7}},
                                           passed_command{hash_of_command_id("c"), {6}},
                                           passed_command{hash_of_command_id("b"), {3}},
                                           passed_command{hash_of_command_id("a"), {2}}));
  EXPECT_EQ(outcome->down_to, version{0});
  outcome = search("nobody", timestamp::min(), 2);
  EXPECT_THAT(outcome->passed, SizeIs(2));
  EXPECT_EQ(outcome->down_to, version{3});
  outcome = search("b");
  EXPECT_THAT(outcome->passed, SizeIs(2));
  EXPECT_EQ(outcome->down_to, version{3});
  outcome = search("d", timestamp::min(), 10, 6);
  EXPECT_FALSE(outcome->found) << "it begins where it is told to";
  EXPECT_EQ(outcome->passed.front().last, version{6});
}

TEST_F(history_search_test, ends_with_the_first_event_that_is_older) {
  for (int i = 0; i < 2'000; ++i) happened("c" + std::to_string(i), 1, i);
  const auto outcome = search("c10", at(1'990));
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->found);
  EXPECT_EQ(outcome->older, version{1'990});
  EXPECT_EQ(outcome->down_to, version{1'990});
  EXPECT_THAT(outcome->passed, SizeIs(10));
  EXPECT_LE(read, 16U);
  EXPECT_EQ(outcome->newest_time, at(1'999));
  EXPECT_TRUE(search("c1989", at(1'990))->found) << "the one that ends it is looked at too";
}

TEST_F(history_search_test, looks_at_one_event_when_everything_is_too_old) {
  happened("a");
  happened("b", 2);
  const auto found = search("b", timestamp::max());
  ASSERT_TRUE(found->found);
  EXPECT_EQ(found->found->events, 2U);
  EXPECT_FALSE(search("a", timestamp::max())->found);
}

TEST_F(history_search_test, of_no_id_meets_none) {
  happened("");
  happened("a");
  EXPECT_FALSE(search("")->found);
}

TEST_F(history_search_test, of_no_id_ends_where_there_is_room_for_no_more_and_says_of_which_time) {
  for (int i = 0; i < 2'000; ++i) happened("c" + std::to_string(i), 1, i);
  auto outcome = search("", at(1'000), 5);
  EXPECT_THAT(outcome->passed, SizeIs(5));
  EXPECT_EQ(outcome->down_to, version{1'995});
  EXPECT_EQ(outcome->left_out, at(1'994));
  EXPECT_LE(read, 16U);
  outcome = search("", at(1'995), 5);
  EXPECT_THAT(outcome->passed, SizeIs(5));
  EXPECT_EQ(outcome->older, version{1'995}) << "that is of 1,994";
  EXPECT_FALSE(outcome->left_out);
  EXPECT_EQ(search("", at(1'000), 0)->left_out, at(1'999));
}

TEST_F(history_search_test, leaves_out_the_longest_waits_where_the_clock_may_have_been_set) {
  for (const int seconds : {0, 10, 4'000, 4'005, 9'000, 9'030, 9'040, 9'050, 99'000})
    happened("c" + std::to_string(seconds), 1, seconds);
  const auto back_to = [&](std::size_t steps, std::int64_t until = 99'000) {
    const auto outcome = run({stream, {}, {8}, at(99'000 - 60), 100, steps, at(until)});
    return outcome->older.value_or(version{}).value;
  };
  EXPECT_EQ(back_to(0), 8U) << "all of it is older by the clock";
  EXPECT_EQ(back_to(1), 4U) << "the last 50 seconds before the longest wait";
  EXPECT_EQ(back_to(2), 2U) << "55 seconds without the two longest";
  EXPECT_EQ(back_to(3), 1U) << "65 seconds without the three longest";
  EXPECT_EQ(back_to(1, 9'050), 8U) << "no wait is known after the newest of these";
  const auto left_out = run({stream, {}, {8}, at(0), 2, 1, at(99'000)})->left_out;
  EXPECT_EQ(left_out, at(9'030 + (99'000 - 9'050)));
}

TEST_F(history_search_test, bears_waits_between_the_ends_of_time) {
  happened("first");
  happened("last");
  events_[0].metadata.time = timestamp::min();
  events_[1].metadata.time = timestamp::max();
  const auto outcome = run({stream, {}, {2}, timestamp::max(), 100, 3, timestamp::max()});
  EXPECT_THAT(outcome->passed, SizeIs(2));
  EXPECT_FALSE(outcome->older);
}

TEST_F(history_search_test, of_nothing_is_over) { EXPECT_TRUE(search("a")->passed.empty()); }

TEST_F(history_search_test, does_not_go_over_a_gap) {
  happened("a");
  EXPECT_EQ(search("a", timestamp::min(), 0, 5).error().code, errc::damaged);
}

}  // namespace
}  // namespace acta
