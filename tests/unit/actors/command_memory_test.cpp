// The older commands: found by hash as a map would find them, forgotten by age and for want of
// room, and known again after a search.
#include "actors/aggregate/command_memory.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <vector>

#include "tests/support/fakes.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace std::chrono_literals;

constexpr auto plenty = std::size_t{1} << 20;
const command_memory::time_point start{1h};
constexpr auto whole = timestamp::min();

TEST(command_trail_test, finds_what_a_queue_of_the_same_commands_holds) {
  command_budget budget{plenty, 60s};
  command_trail trail{&budget};
  std::deque<passed_command> model;
  testing::seeded_random dice{7};
  std::uint64_t newest = 1'000'000;
  std::uint64_t oldest = newest;
  for (int i = 0; i < 20'000; ++i) {
    // Few hashes, and all of them in one corner of the table: chains are long, and have repeats.
    const auto hash = (dice.next() % 50) << 40 | dice.next() % 8;
    switch (dice.next() % 5) {
      case 0:
      case 1:
        ASSERT_TRUE(trail.add_newest({hash, {newest}}));
        model.push_back({hash, {newest++}});
        break;
      case 2:
        ASSERT_TRUE(trail.add_oldest({hash, {--oldest}}));
        model.push_front({hash, {oldest}});
        break;
      default:
        if (model.empty() || dice.next() % 3 == 0) break;
        ASSERT_EQ(trail.oldest(), model.front());
        trail.drop_oldest();
        model.pop_front();
        if (dice.next() % 8 == 0) trail.shrink();
    }
    ASSERT_EQ(trail.size(), model.size());
    std::optional<version> expected;
    const version after{oldest + dice.next() % 300};
    for (const auto& one : model)
      if (one.id_hash == hash && one.last > after && !expected) expected = one.last;
    ASSERT_EQ(trail.find(hash, after), expected);
  }
}

TEST(command_trail_test, takes_no_more_than_its_budget_and_gives_all_of_it_back) {
  command_budget budget{200 * command_trail::bytes_each, 60s};
  {
    command_trail trail{&budget};
    std::uint64_t added = 0;
    while (trail.add_newest({added, {added + 1}})) ++added;
    EXPECT_EQ(added, 128U) << "the next table would be too large";
    EXPECT_FALSE(trail.add_oldest({added, {0}}));
    trail.drop_oldest();
    EXPECT_TRUE(trail.add_newest({added, {added + 1}}));
    EXPECT_LE(budget.used(), 200 * command_trail::bytes_each);
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(command_trail_test, says_how_many_more_it_can_take) {
  for (const std::size_t places : {0UL, 63UL, 64UL, 127UL, 128UL, 200UL, 1'000UL}) {
    command_budget budget{places * command_trail::bytes_each, 60s};
    command_trail trail{&budget};
    for (std::uint64_t added = 0;; ++added) {
      const auto room = trail.room();
      if (!trail.add_newest({added, {added + 1}})) {
        EXPECT_EQ(room, 0U) << places;
        break;
      }
      EXPECT_EQ(trail.room(), room - 1) << places;
    }
  }
  EXPECT_EQ(command_trail{nullptr}.room(), 0U);
}

class command_memory_test : public ::testing::Test {
protected:
  void make(std::uint64_t count, command_memory::time_point now) {
    for (; count > 0; --count) {
      ++made;
      memory.add(id_of(made), made, {made});
      memory.pass_time(now, {made});
    }
  }
  static std::string id_of(std::uint64_t which) { return "c" + std::to_string(which); }
  [[nodiscard]] std::optional<command_search> search(
      std::uint64_t which, std::optional<timestamp> since = {},
      const command_memory::progress& so_far = {}) const {
    return memory.search_for(stream, id_of(which), since, so_far);
  }
  [[nodiscard]] bool is_looked_at(std::uint64_t which) const {
    const auto asked = search(which);
    return asked && asked->newest == version{which} && asked->since == timestamp::max();
  }

  const stream_id stream{"test", "a"};
  command_budget budget{plenty, 60s};
  command_memory memory{4, &budget};
  std::uint64_t made = 0;
};

TEST_F(command_memory_test, looks_at_one_event_for_an_older_command_and_at_none_for_a_new_one) {
  memory.begin(start, {});
  make(10, start);
  EXPECT_NE(memory.find(id_of(7)), nullptr);
  EXPECT_TRUE(is_looked_at(6));
  EXPECT_TRUE(is_looked_at(1));
  EXPECT_FALSE(search(11));
  EXPECT_EQ(memory.forgotten_up_to(), version{});
  EXPECT_FALSE(search(11, whole)) << "all of its history is known";
}

TEST_F(command_memory_test, keeps_a_command_for_the_reach_and_not_for_long_after_it) {
  memory.begin(start, {});
  make(1, start);
  make(9, start + 30s);
  memory.pass_time(start + 60s, {made});
  EXPECT_TRUE(is_looked_at(1));
  memory.pass_time(start + 62s, {made});
  EXPECT_FALSE(search(1));
  EXPECT_TRUE(is_looked_at(2));
  EXPECT_EQ(memory.forgotten_up_to(), version{1});
  memory.pass_time(start + 92s, {made});
  EXPECT_FALSE(search(6));
  EXPECT_EQ(memory.forgotten_up_to(), version{6});
  EXPECT_NE(memory.find(id_of(7)), nullptr) << "the newest stay, whatever their age";
  EXPECT_EQ(budget.used(), 0U);
}

TEST_F(command_memory_test, forgets_the_oldest_for_want_of_room_and_says_how_far_it_reaches) {
  command_budget little{64 * command_trail::bytes_each, 60s};
  command_memory tight{4, &little};
  tight.begin(start, {});
  for (std::uint64_t i = 1; i <= 100; ++i) {
    tight.add(id_of(i), i, {i});
    tight.pass_time(start + i * 500ms, {i});
  }
  EXPECT_EQ(tight.forgotten_up_to(), version{100 - 4 - 64});
  EXPECT_FALSE(tight.search_for(stream, id_of(32), {}, {}));
  EXPECT_TRUE(tight.search_for(stream, id_of(33), {}, {}));
  const auto reach = little.reach_at(start + 50s);
  EXPECT_GE(reach, 32s) << "the age of the oldest that is left is 34 seconds";
  EXPECT_LE(reach, 36s);
  EXPECT_EQ(little.reach_at(start + 150s), 60s) << "nothing was forgotten too early since";
}

TEST_F(command_memory_test, never_says_that_it_reaches_further_than_what_it_forgot) {
  command_budget little{64 * command_trail::bytes_each, 60s};
  command_memory tight{4, &little};
  tight.begin(start, {});
  std::vector<command_memory::time_point> made_at;
  testing::seeded_random dice{3};
  auto now = start;
  for (std::uint64_t i = 1; i <= 2'000; ++i) {
    now += std::chrono::milliseconds{dice.next() % (i % 200 < 100 ? 300U : 3'000U)};
    made_at.push_back(now);
    tight.add(id_of(i), i, {i});
    if (i % 7 != 0) continue;
    tight.pass_time(now, {i});
    const auto forgotten = tight.forgotten_up_to();
    if (forgotten == version{}) continue;
    ASSERT_LE(little.reach_at(now), now - made_at[forgotten.value - 1]) << i;
  }
  EXPECT_GT(little.reach_at(now), 0s);
}

TEST_F(command_memory_test, goes_on_to_the_next_command_of_the_same_hash) {
  memory.begin(start, {});
  // Two effects of one id, as a journal may hold them whose window was too small.
  memory.add("twice", 1, {1});
  memory.add("other", 1, {2});
  memory.add("twice", 1, {3});
  made = 3;
  make(10, start);
  command_memory::progress so_far;
  auto first = memory.search_for(stream, "twice", {}, so_far);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->newest, version{1});
  memory.take(*first, {}, so_far, start, {made});
  auto second = memory.search_for(stream, "twice", {}, so_far);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->newest, version{3});
  memory.take(*second, {}, so_far, start, {made});
  EXPECT_FALSE(memory.search_for(stream, "twice", {}, so_far));
}

class command_memory_search : public command_memory_test {
protected:
  void SetUp() override {
    // Replayed: what is older than the window is not kept.
    for (made = 1; made <= 100; ++made) memory.add(id_of(made), made, {made});
    made = 100;
    memory.begin(start, {made});
  }
  [[nodiscard]] static search_result passed(std::uint64_t from, std::uint64_t down_to) {
    search_result all;
    for (auto at = from; at > down_to; --at)
      all.passed.push_back({hash_of_command_id(id_of(at)), {at}});
    all.down_to = {down_to};
    return all;
  }
};

TEST_F(command_memory_search, is_wanted_only_by_who_must_be_sure_and_only_once) {
  EXPECT_EQ(memory.forgotten_up_to(), version{96});
  EXPECT_FALSE(search(50)) << "who does not ask for more is decided anew";
  EXPECT_FALSE(search(99, whole)) << "it is among the newest";
  command_memory::progress so_far;
  const auto asked = search(101, whole, so_far);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->newest, version{96});
  EXPECT_EQ(asked->since, whole);
  memory.take(*asked, {{}, {}, {96}}, so_far, start, {made});  // of an index: it passes nothing
  EXPECT_FALSE(search(101, whole, so_far));
  EXPECT_TRUE(search(102, whole)) << "of this one nothing is known";
}

TEST_F(command_memory_search, makes_known_what_it_passed) {
  command_memory::progress so_far;
  const auto asked = search(101, whole, so_far);
  memory.take(*asked, passed(96, 0), so_far, start, {made});
  EXPECT_EQ(memory.forgotten_up_to(), version{});
  EXPECT_TRUE(is_looked_at(1));
  EXPECT_FALSE(search(102, whole));
  memory.pass_time(start + 59s, {made});
  EXPECT_TRUE(is_looked_at(1)) << "known since the search";
}

TEST_F(command_memory_search, that_ends_at_a_time_speaks_for_that_time_and_later_ones) {
  const timestamp noon{12h};
  command_memory::progress so_far;
  const auto asked = search(101, noon, so_far);
  auto outcome = passed(96, 40);
  outcome.older = version{40};
  memory.take(*asked, outcome, so_far, start, {made});
  EXPECT_EQ(memory.forgotten_up_to(), version{40});
  EXPECT_FALSE(search(102, noon));
  EXPECT_FALSE(search(102, noon + 1h));
  const auto further = search(102, noon - 1h);
  ASSERT_TRUE(further);
  EXPECT_EQ(further->newest, version{40});
}

TEST_F(command_memory_search, adds_nothing_where_there_would_be_a_gap) {
  command_memory::progress so_far;
  const auto asked = search(101, whole, so_far);
  for (int i = 0; i < 70; ++i) {
    ++made;
    memory.add(id_of(made), made, {made});
  }
  memory.pass_time(start + 1s, {made});
  memory.pass_time(start + 3h, {made});
  ASSERT_EQ(memory.forgotten_up_to(), version{made - 4}) << "more has been forgotten meanwhile";
  memory.take(*asked, passed(96, 0), so_far, start + 3h, {made});
  EXPECT_EQ(memory.forgotten_up_to(), version{made - 4});
  const auto again = search(101, whole, so_far);
  ASSERT_TRUE(again) << "between the two there may be one";
  EXPECT_EQ(again->newest, version{made - 4});
}

/// A memory that was replayed, with room for 64 of the 96 commands that its window has forgotten.
class command_memory_recovery : public ::testing::Test {
protected:
  void SetUp() override {
    for (std::uint64_t i = 1; i <= 100; ++i) memory.add("c" + std::to_string(i), i, {i});
    search = *memory.look_back({"test", "a"}, newest_time);
  }
  /// The journal's answer: the commands above `down_to`.
  [[nodiscard]] static search_result found(std::uint64_t down_to) {
    search_result all;
    for (std::uint64_t at = 96; at > down_to; --at) all.passed.push_back({at, {at}});
    all.down_to = {down_to};
    return all;
  }
  void take(const search_result& outcome) {
    memory.take_look_back(search, outcome, newest_time, start, {100});
  }

  const timestamp newest_time{48h};
  command_budget little{64 * command_trail::bytes_each, 60s};
  command_memory memory{4, &little};
  command_search search;
};

TEST_F(command_memory_recovery, that_leaves_commands_out_says_how_old_the_newest_of_them_is) {
  EXPECT_EQ(search.most_passed, 64U);
  auto outcome = found(32);
  outcome.left_out = newest_time - 2'500ms;
  take(outcome);
  EXPECT_EQ(memory.forgotten_up_to(), version{32});
  EXPECT_EQ(little.reach_at(start), 2'500ms);
  EXPECT_EQ(little.reach_at(start + 60s), 2'500ms);
  EXPECT_EQ(little.reach_at(start + 61s), 60s) << "by then they are older than that";
}

TEST_F(command_memory_recovery, whose_room_others_took_says_that_it_does_not_reach_at_all) {
  ASSERT_TRUE(little.take(command_trail::bytes_each));
  auto outcome = found(32);
  outcome.left_out = newest_time - 2'500ms;
  take(outcome);
  EXPECT_EQ(memory.forgotten_up_to(), version{96});
  EXPECT_EQ(little.reach_at(start), 0s);
  little.give_back(command_trail::bytes_each);
}

TEST_F(command_memory_recovery, of_an_index_that_passes_nothing_says_the_same) {
  take(found(96));
  EXPECT_EQ(little.reach_at(start), 0s);
}

TEST_F(command_memory_recovery, that_finds_room_for_the_whole_reach_leaves_it_as_it_is) {
  auto outcome = found(40);
  outcome.older = version{40};
  take(outcome);
  EXPECT_EQ(memory.forgotten_up_to(), version{40});
  EXPECT_EQ(little.reach_at(start), 60s);
}

TEST_F(command_memory_test, looks_back_after_a_recovery_unless_all_is_known_or_nothing_is_kept) {
  const timestamp newest{48h};
  EXPECT_FALSE(memory.look_back(stream, newest));
  for (std::uint64_t i = 1; i <= 10; ++i) memory.add(id_of(i), i, {i});
  const auto back = memory.look_back(stream, newest);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->newest, version{6});
  EXPECT_EQ(back->since, newest - 60s);
  EXPECT_EQ(memory.look_back(stream, timestamp::min())->since, timestamp::min());
  // Without room too: the answer says how far what is known reaches.
  command_budget none{0, 60s};
  command_memory poor{4, &none};
  for (std::uint64_t i = 1; i <= 10; ++i) poor.add(id_of(i), i, {i});
  ASSERT_TRUE(poor.look_back(stream, newest));
  EXPECT_EQ(poor.look_back(stream, newest)->most_passed, 0U);
  command_memory without{4, nullptr};
  for (std::uint64_t i = 1; i <= 10; ++i) without.add(id_of(i), i, {i});
  EXPECT_FALSE(without.look_back(stream, newest));
}

}  // namespace
}  // namespace acta
