#include "runtime/schedule/book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "actors/model/given.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using namespace std::chrono_literals;

timestamp at(const char* text) { return from_rfc3339(text).value(); }

stored_plan plan(std::string name) {
  schedule_plan made;
  made.name = std::move(name);
  made.every = 15min;
  made.aggregate = "bank.account";
  made.id = "4711";
  made.command = "deposit";
  return stored_plan{made};
}

/// A book and the time of its commands.
class book {
public:
  template <class Command>
  std::string send(const Command& command) {
    context now;
    now.time = now_;
    now.version = version{version_};
    const auto decided = here_.decide(command, now);
    if (decided.refused()) return decided.why().code;
    for (const auto& event : decided.events()) {
      std::visit([&](const auto& one) { here_.apply(one); }, event);
      ++version_;
    }
    return decided.events().empty() ? "nothing" : "done";
  }
  std::string settle(std::uint64_t number, const char* due) {
    return send(books::settle{number, {at(due), "done", {}, {}, false}});
  }
  [[nodiscard]] std::vector<schedule_entry> entries() const { return here_.view().entries; }
  [[nodiscard]] std::vector<schedule_entry> over() const { return here_.view().over; }
  void is_now(const char* time) { now_ = at(time); }

private:
  schedule_book here_;
  std::uint64_t version_ = 0;
  timestamp now_ = at("2027-01-01T00:00:00.7Z");
};

TEST(book, numbers_entries_by_version_and_never_again) {
  book here;
  EXPECT_EQ(here.send(books::add{plan("a")}), "done");
  EXPECT_EQ(here.send(books::add{plan("b")}), "done");
  EXPECT_EQ(here.send(books::cancel{2}), "done");
  EXPECT_EQ(here.send(books::add{plan("b")}), "done");
  ASSERT_EQ(here.entries().size(), 2U);
  EXPECT_EQ(here.entries()[0].number, 1U);
  EXPECT_EQ(here.entries()[1].number, 4U);
  EXPECT_EQ(here.entries()[1].since, at("2027-01-01T00:00:00Z"));
}

TEST(book, settles_no_time_at_or_before_the_last_one) {
  book here;
  here.send(books::add{plan("a")});
  EXPECT_EQ(here.settle(1, "2027-01-01T00:15:00Z"), "done");
  EXPECT_EQ(here.settle(1, "2027-01-01T00:15:00Z"), "nothing");
  EXPECT_EQ(here.settle(1, "2027-01-01T00:00:00Z"), "nothing");
  EXPECT_EQ(here.settle(1, "2027-01-01T00:30:00Z"), "done");
  EXPECT_EQ(here.entries()[0].last, at("2027-01-01T00:30:00Z"));
  EXPECT_EQ(here.settle(7, "2027-01-01T00:30:00Z"), "unknown_schedule");
}

stored_plan once(std::string name) {
  auto made = plan(std::move(name));
  made.every_seconds = 0;
  made.at = at("2027-01-01T00:00:00Z");
  return made;
}

TEST(book, keeps_what_came_of_a_one_shot_and_takes_its_name_again) {
  book here;
  here.send(books::add{once("a")});
  here.send(books::settle{1, {at("2027-01-01T00:00:00Z"), "refused", "closed", {}, false}});
  EXPECT_TRUE(here.entries().empty());
  ASSERT_EQ(here.over().size(), 1U);
  EXPECT_EQ(here.over()[0].plan.name, "a");
  EXPECT_EQ(here.over()[0].newest->outcome, "refused");
  EXPECT_EQ(here.over()[0].newest->detail, "closed");
  EXPECT_EQ(here.settle(1, "2027-01-01T00:00:00Z"), "nothing") << "it was settled before";
  EXPECT_EQ(here.send(books::cancel{1}), "unknown_schedule");
  EXPECT_EQ(here.send(books::add{once("a")}), "done");
  here.settle(3, "2027-01-01T00:00:00Z");
  ASSERT_EQ(here.over().size(), 1U) << "of a name the last one";
  EXPECT_EQ(here.over()[0].number, 3U);
}

TEST(book, keeps_100_one_shots_that_are_over_and_no_cancelled_one) {
  book here;
  for (std::uint64_t i = 0; i <= most_over; ++i) {
    here.send(books::add{once(std::to_string(i))});
    here.settle(2 * i + 1, "2027-01-01T00:00:00Z");
  }
  here.send(books::add{once("cancelled")});
  here.send(books::cancel{2 * most_over + 3});
  ASSERT_EQ(here.over().size(), 100U);
  EXPECT_EQ(here.over().front().plan.name, "1");
  EXPECT_EQ(here.over().back().plan.name, "100");
}

TEST(book, leaves_out_the_times_of_a_pause_but_not_a_one_shots) {
  book here;
  here.send(books::add{plan("a")});
  auto once = plan("b");
  once.every_seconds = 0;
  once.at = at("2027-01-01T01:00:00Z");
  here.send(books::add{once});
  for (const std::uint64_t number : {1U, 2U}) {
    EXPECT_EQ(here.send(books::pause{number}), "done");
    EXPECT_EQ(here.send(books::pause{number}), "nothing");
  }
  EXPECT_TRUE(here.entries()[0].paused);
  here.is_now("2027-01-01T02:00:00Z");
  for (const std::uint64_t number : {1U, 2U}) {
    EXPECT_EQ(here.send(books::resume{number}), "done");
    EXPECT_EQ(here.send(books::resume{number}), "nothing");
  }
  EXPECT_EQ(here.entries()[0].last, at("2027-01-01T02:00:00Z"));
  EXPECT_EQ(here.entries()[1].last, std::nullopt);
}

TEST(book, counts_what_was_made_up_until_one_is_on_time) {
  book here;
  here.send(books::add{plan("a")});
  here.send(books::settle{1, {at("2027-01-01T00:15:00Z"), "done", {}, {}, true}});
  here.send(books::settle{1, {at("2027-01-01T00:30:00Z"), "done", {}, {}, true}});
  EXPECT_EQ(here.entries()[0].made_up, 2U);
  here.settle(1, "2027-01-01T00:45:00Z");
  EXPECT_EQ(here.entries()[0].made_up, 0U);
}

TEST(book, refuses_what_is_too_large_and_names_that_are_none) {
  book here;
  auto large = plan("a");
  large.arguments = "{\"reference\": \"" + std::string(5 * 1024, 'x') + "\"}";
  EXPECT_EQ(here.send(books::add{large}), "entry_too_large");
  large.arguments.resize(most_entry_bytes - (large.bytes() - large.arguments.size()));
  EXPECT_EQ(large.bytes(), most_entry_bytes);
  EXPECT_EQ(here.send(books::add{large}), "done");
  EXPECT_EQ(here.send(books::add{plan("a")}), "name_taken");
  for (const auto& name :
       {std::string{}, std::string(129, 'x'), std::string{"a\nb"}, std::string{"\xff"}})
    EXPECT_EQ(here.send(books::add{plan(name)}), "invalid_name");
}

TEST(book, has_10000_entries_and_refuses_the_next) {
  book here;
  for (std::size_t i = 0; i < most_entries; ++i)
    ASSERT_EQ(here.send(books::add{plan(std::to_string(i))}), "done");
  EXPECT_EQ(here.send(books::add{plan("one more")}), "book_full");
  EXPECT_EQ(here.send(books::cancel{5'000}), "done");
  EXPECT_EQ(here.send(books::add{plan("one more")}), "done");
}

TEST(book, of_a_target_is_the_same_for_ever) {
  EXPECT_EQ(book_of("bank.account", "4711"), book_of("bank.account", "4711"));
  std::set<std::size_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(book_of("bank.account", std::to_string(i)));
  EXPECT_EQ(seen.size(), book_count);
  EXPECT_EQ(*seen.rbegin(), book_count - 1);
}

}  // namespace
}  // namespace acta::internal
