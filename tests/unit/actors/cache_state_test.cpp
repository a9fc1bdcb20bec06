#include "actors/cache/cache_state.hpp"

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
using ::testing::UnorderedElementsAre;

/// A cache, and what readers heard, in order: `name:version`, or `name:error`.
class cache_state_test : public ::testing::Test {
protected:
  explicit cache_state_test(std::size_t bytes = 1000) : room{bytes, 1} {}
  using due = std::optional<view_load>;

  due read(const std::string& name, version at_least = {}, char of = 'x') {
    request asked;
    asked.type = &type;
    asked.append.stream = named(of);
    asked.at_least = at_least;
    asked.deadline = time.now() + std::chrono::seconds{1};
    auto waiting = ticket::admit(gate, std::move(asked), testing::told_to(heard, name));
    readers.push_back(waiting);
    return state.read(std::move(waiting));
  }
  /// The reader that came after so many others leaves.
  void withdraw(std::size_t reader) {
    if (const auto left = readers.at(reader).lock()) state.withdraw(*left);
  }
  due fill(const due& asked, std::uint64_t value, std::size_t bytes = 10) {
    return state.fill({asked->stream, asked->generation, answer{version{value}}}, bytes);
  }
  due fill(const due& asked, errc code) {
    return state.fill({asked->stream, asked->generation, error{code, ""}}, 0);
  }
  due commit_of(std::uint64_t value, char of = 'x') {
    return state.take({named(of), version{value}});
  }
  due refused_append(char of = 'x') { return state.take({named(of), std::nullopt}); }
  static stream_id named(char name) { return stream_id{"test.counter", std::string{name}}; }

  aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(100'000, 1 << 30, time, watcher);
  std::vector<std::string> heard;
  std::vector<std::weak_ptr<ticket>> readers;
  budget room;
  cache_state state{room};
};

class cache_state_without_room_test : public cache_state_test {
protected:
  cache_state_without_room_test() : cache_state_test{0} {}
};

TEST_F(cache_state_test, a_miss_loads_once_however_many_wait) {
  const auto load = read("first");
  ASSERT_TRUE(load);
  EXPECT_EQ(load->stream, named('x'));
  EXPECT_EQ(load->type, &type);
  EXPECT_FALSE(read("second"));
  EXPECT_FALSE(read("third"));
  EXPECT_THAT(heard, IsEmpty());
  EXPECT_FALSE(fill(load, 7));
  EXPECT_THAT(heard, ElementsAre("first:7", "second:7", "third:7"));
}

TEST_F(cache_state_test, leaves_with_nothing_and_hands_over_who_waits) {
  fill(read("miss", {}, 'y'), 7);
  const auto load = read("first");
  read("left");
  read("ahead", version{9}, 'z');
  withdraw(2);
  EXPECT_EQ(state.leave().size(), 2U);
  EXPECT_TRUE(state.idle());
  EXPECT_EQ(state.bytes(), 0U);
  EXPECT_FALSE(fill(load, 7)) << "nobody waits for it here";
  EXPECT_THAT(heard, UnorderedElementsAre("miss:7", "left:deadline_exceeded", "first:dropped",
                                          "ahead:dropped"));
}

TEST_F(cache_state_test, a_hit_is_answered_at_once) {
  fill(read("miss"), 7);
  EXPECT_FALSE(read("hit"));
  EXPECT_THAT(heard, ElementsAre("miss:7", "hit:7"));
}

TEST_F(cache_state_test, streams_are_loaded_apart) {
  const auto x = read("x");
  const auto y = read("y", {}, 'y');
  ASSERT_TRUE(y);
  EXPECT_NE(x->generation, y->generation);
  fill(y, 2);
  EXPECT_THAT(heard, ElementsAre("y:2"));
}

TEST_F(cache_state_test, a_commit_forgets_what_is_older_and_nothing_else) {
  fill(read("x"), 7);
  fill(read("y", {}, 'y'), 3);
  EXPECT_FALSE(commit_of(8));
  EXPECT_FALSE(commit_of(3, 'y')) << "the view has seen this one";
  EXPECT_TRUE(read("x again"));
  EXPECT_FALSE(read("y again", {}, 'y'));
  EXPECT_THAT(heard, ElementsAre("x:7", "y:3", "y again:3"));
}

TEST_F(cache_state_test, a_fill_answers_those_whose_floor_it_meets_and_one_load_serves_the_rest) {
  const auto load = read("before");
  commit_of(8);
  EXPECT_FALSE(read("after")) << "its floor is 8, and the load under way may be older";
  EXPECT_FALSE(read("after too"));
  const auto again = fill(load, 7);
  EXPECT_THAT(heard, ElementsAre("before:7"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(fill(again, 8));
  EXPECT_THAT(heard, ElementsAre("before:7", "after:8", "after too:8"));
}

TEST_F(cache_state_test, a_fill_is_not_kept_if_something_newer_is_known) {
  const auto load = read("before");
  commit_of(8);
  EXPECT_FALSE(fill(load, 7)) << "nobody waits";
  EXPECT_TRUE(state.idle());
  EXPECT_TRUE(read("after"));
}

TEST_F(cache_state_test, a_fill_that_is_newer_than_all_that_was_told_is_kept) {
  const auto load = read("a");
  commit_of(8);
  fill(load, 9);
  EXPECT_FALSE(commit_of(9));
  EXPECT_FALSE(read("b"));
  EXPECT_THAT(heard, ElementsAre("a:9", "b:9"));
}

TEST_F(cache_state_test, nobody_starves_while_each_load_is_overtaken_by_a_commit) {
  auto load = read("0");
  for (std::uint64_t v = 1; v <= 100; ++v) {
    commit_of(v);
    read(std::to_string(v));
    load = fill(load, v - 1);
    ASSERT_EQ(heard.size(), v) << "whoever asked before the last load was served by it";
    ASSERT_TRUE(load);
  }
}

TEST_F(cache_state_test, absence_is_kept_and_ends_with_the_first_commit) {
  fill(read("a"), errc::not_found);
  EXPECT_FALSE(read("b"));
  commit_of(1);
  fill(read("c"), 1);
  EXPECT_THAT(heard, ElementsAre("a:not_found", "b:not_found", "c:1"));
}

TEST_F(cache_state_test, absence_that_was_overtaken_by_the_first_commit_is_not_kept) {
  const auto load = read("a");
  commit_of(1);
  EXPECT_FALSE(fill(load, errc::not_found));
  EXPECT_THAT(heard, ElementsAre("a:not_found"));
  EXPECT_TRUE(read("b"));
}

TEST_F(cache_state_test, a_load_that_failed_answers_all_who_wait_and_leaves_nothing) {
  const auto load = read("a");
  commit_of(8);
  read("b");
  read("c", {100});
  EXPECT_FALSE(fill(load, errc::damaged));
  EXPECT_THAT(heard, ElementsAre("a:damaged", "b:damaged", "c:damaged"));
  EXPECT_TRUE(state.idle());
  EXPECT_TRUE(read("d"));
}

TEST_F(cache_state_test, one_that_is_ahead_waits_for_its_commit_and_not_with_load_after_load) {
  const auto load = read("ahead", {9});
  EXPECT_FALSE(fill(load, 7)) << "to ask again now would bring the same";
  EXPECT_FALSE(commit_of(8));
  EXPECT_THAT(heard, IsEmpty());
  const auto again = commit_of(9);
  ASSERT_TRUE(again);
  fill(again, 9);
  EXPECT_THAT(heard, ElementsAre("ahead:9"));
}

TEST_F(cache_state_test, one_that_is_ahead_holds_up_nobody) {
  fill(read("ahead", {9}), 7);
  EXPECT_FALSE(read("content"));
  EXPECT_THAT(heard, ElementsAre("content:7"));
  EXPECT_FALSE(read("ahead too", {8})) << "7 is what is durable: a load cannot help";
}

TEST_F(cache_state_test, one_that_is_ahead_of_a_view_that_is_held_gets_the_next) {
  fill(read("a"), 7);
  EXPECT_FALSE(read("ahead", {8}));
  fill(commit_of(8), 8);
  EXPECT_THAT(heard, ElementsAre("a:7", "ahead:8"));
}

TEST_F(cache_state_test, a_late_fill_of_an_older_generation_is_discarded) {
  const auto old = read("a");
  const auto anew = refused_append();
  ASSERT_TRUE(anew) << "whoever waits is served by another load";
  EXPECT_FALSE(fill(old, 7));
  EXPECT_THAT(heard, IsEmpty());
  fill(anew, 8);
  EXPECT_THAT(heard, ElementsAre("a:8"));
  EXPECT_EQ(state.counts().late_fills, 1U);
  EXPECT_FALSE(fill(old, 7));
  EXPECT_FALSE(read("b"));
  EXPECT_EQ(heard.back(), "b:8");
}

TEST_F(cache_state_test, after_an_append_that_was_not_stored_a_view_is_not_trusted) {
  fill(read("a"), 7);
  refused_append();
  EXPECT_TRUE(state.idle());
  EXPECT_TRUE(read("b"));
}

TEST_F(cache_state_test, those_whose_deadline_passed_are_let_go_and_the_load_goes_on) {
  const auto load = read("late");
  time.advance(std::chrono::seconds{2});
  gate->expire();
  EXPECT_EQ(gate->counts().outstanding, 1U);
  state.drop_abandoned(time.now());
  EXPECT_EQ(gate->counts().outstanding, 0U) << "its credit has come home";
  EXPECT_FALSE(state.idle());
  EXPECT_FALSE(read("next")) << "the load is still under way";
  fill(load, 7);
  EXPECT_THAT(heard, ElementsAre("late:deadline_exceeded", "next:7"));
}

TEST_F(cache_state_without_room_test, one_that_is_ahead_and_gives_up_leaves_nothing_behind) {
  fill(read("ahead", {9}), 7);
  EXPECT_FALSE(state.idle());
  time.advance(std::chrono::seconds{2});
  gate->expire();
  state.drop_abandoned(time.now());
  EXPECT_TRUE(state.idle());
}

TEST_F(cache_state_test, answers_one_whose_deadline_passed_if_nobody_has) {
  fill(read("ahead", {9}), 7);
  time.advance(std::chrono::seconds{2});
  state.drop_abandoned(time.now());
  EXPECT_THAT(heard, ElementsAre("ahead:deadline_exceeded"));
  EXPECT_EQ(gate->counts().outstanding, 0U);
  EXPECT_FALSE(commit_of(9)) << "nobody waits for it";
}

TEST_F(cache_state_test, lets_go_of_one_that_left_during_a_load_when_its_deadline_passes) {
  const auto load = read("left", {7});
  withdraw(0);
  time.advance(std::chrono::seconds{2});
  state.drop_abandoned(time.now());
  EXPECT_EQ(gate->counts().outstanding, 0U);
  EXPECT_FALSE(fill(load, 7));
  EXPECT_THAT(heard, ElementsAre("left:deadline_exceeded"));
}

TEST_F(cache_state_test, one_that_waits_for_a_version_and_leaves_gives_its_place_back_at_once) {
  fill(read("here"), 7);
  read("ahead", {9});
  read("stays", {9});
  withdraw(1);
  EXPECT_THAT(heard, ElementsAre("here:7", "ahead:deadline_exceeded"));
  EXPECT_EQ(gate->counts().outstanding, 1U);
  withdraw(1);
  fill(commit_of(9), 9);
  EXPECT_THAT(heard, ElementsAre("here:7", "ahead:deadline_exceeded", "stays:9"));
  withdraw(2);
  EXPECT_EQ(gate->counts().answered, 3U);
}

TEST_F(cache_state_test, one_that_leaves_during_a_load_is_answered_by_it_or_gives_up_after_it) {
  const auto load = read("near", {7});
  read("ahead", {9});
  withdraw(0);
  withdraw(1);
  EXPECT_THAT(heard, IsEmpty()) << "the load may bring what they wait for";
  EXPECT_FALSE(fill(load, 7));
  EXPECT_THAT(heard, ElementsAre("near:7", "ahead:deadline_exceeded"));
  EXPECT_EQ(gate->counts().outstanding, 0U);
}

TEST_F(cache_state_test, one_that_left_causes_no_further_load) {
  const auto load = read("before");
  commit_of(8);
  read("left", {8});
  withdraw(1);
  EXPECT_FALSE(fill(load, 7));
  EXPECT_THAT(heard, ElementsAre("before:7", "left:deadline_exceeded"));
}

TEST_F(cache_state_without_room_test, when_the_last_one_leaves_nothing_is_left_behind) {
  fill(read("ahead", {9}), 7);
  withdraw(0);
  EXPECT_TRUE(state.idle());
}

TEST_F(cache_state_test, when_no_commit_comes_any_more_nobody_waits_for_one) {
  fill(read("ahead", {9}), 7);
  const auto load = read("y", {}, 'y');
  EXPECT_FALSE(read("y ahead", {9}, 'y'));
  state.expect_no_commit();
  EXPECT_THAT(heard, ElementsAre("ahead:shutting_down")) << "what is loaded may be new enough";
  EXPECT_FALSE(fill(load, 3));
  EXPECT_FALSE(read("later", {10}));
  EXPECT_FALSE(read("there"));
  EXPECT_THAT(heard, ElementsAre("ahead:shutting_down", "y:3", "y ahead:shutting_down",
                                 "later:shutting_down", "there:7"));
  EXPECT_EQ(gate->counts().outstanding, 0U);
}

TEST_F(cache_state_without_room_test, reads_still_share_their_loads) {
  const auto load = read("a");
  EXPECT_FALSE(read("b"));
  EXPECT_FALSE(fill(load, 7));
  EXPECT_THAT(heard, ElementsAre("a:7", "b:7"));
  EXPECT_TRUE(state.idle());
}

TEST_F(cache_state_test, an_evicted_view_is_loaded_again) {
  for (const char name : {'a', 'b', 'c', 'd'}) fill(read("", {}, name), 1, 100);
  EXPECT_EQ(state.views(), 2U);
  EXPECT_LE(state.bytes(), 1000U);
  EXPECT_EQ(state.counts().evictions, 2U);
  EXPECT_TRUE(read("", {}, 'a'));
}

TEST_F(cache_state_test, counts_hits_misses_and_those_who_joined) {
  const auto load = read("a");
  read("b");
  fill(load, 7);
  read("c");
  EXPECT_EQ(state.counts(), (cache_counts{1, 2, 1, 0, 0}));
}

/// Where answers leave: each step with all that leave in it.
struct steps final : completions {
  void post(std::span<completion_ptr> batch) override {
    sizes.push_back(batch.size());
    for (auto& one : batch) std::exchange(one, nullptr)->complete();
  }
  std::vector<std::size_t> sizes;
};

TEST_F(cache_state_test, gathers_hits_and_fills_which_leave_in_one_step_in_their_order) {
  steps exit;
  gate = testing::only_gate(100, 1 << 20, time, watcher, &exit);
  fill(read("miss"), 7);
  state.answers().post();
  read("hit");
  read("another");
  const auto load = read("newer", version{8});
  EXPECT_FALSE(load) << "8 is not durable yet";
  const auto reload = commit_of(8);
  ASSERT_TRUE(reload);
  fill(reload, 8);
  EXPECT_THAT(heard, ElementsAre("miss:7"));
  EXPECT_EQ(state.answers().size(), 3U);
  state.answers().post();
  EXPECT_THAT(heard, ElementsAre("miss:7", "hit:7", "another:7", "newer:8"));
  EXPECT_THAT(exit.sizes, ElementsAre(1, 3));
}

TEST_F(cache_state_test, hears_of_commits_to_what_it_does_not_hold_and_keeps_nothing_of_them) {
  for (std::uint64_t v = 1; v < 100; ++v) EXPECT_FALSE(commit_of(v));
  EXPECT_TRUE(state.idle());
}

}  // namespace
}  // namespace acta
