#include "runtime/load/load_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/load/one_by_one.hpp"

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::one_by_one;
using clock = std::chrono::steady_clock;

outcome done(std::size_t number) { return {"ok", said::done, number + 1, 1}; }

class load_loop_test : public ::testing::Test {
protected:
  static plan commands(std::uint64_t most = ~std::uint64_t{0}) {
    return [number = std::uint64_t{0}, most]() mutable -> std::optional<planned> {
      if (number == most) return std::nullopt;
      planned one;
      one.what.command = "add";
      one.what.command_id = std::to_string(number);
      one.what.arguments = {{"amount", number}};
      one.number = number++;
      return one;
    };
  }
  load_loop& loop_on(target& on, retry_policy again = {}) {
    return loop.emplace(load_loop::surroundings{on, answers, versions, &seen}, again,
                        [this](const planned&, const outcome& last) { heard.push_back(last); });
  }
  [[nodiscard]] histogram latency() const { return seen.so_far().kinds.front().all(); }
  [[nodiscard]] std::uint64_t slower_than(std::chrono::nanoseconds limit) const {
    const auto all = latency();
    return all.count() - all.count_up_to(static_cast<std::uint64_t>(limit.count()));
  }
  std::vector<ledger_entry> entries() {
    std::vector<ledger_entry> all;
    answers.for_each_key([&](std::uint64_t, std::span<const ledger_entry> of_key) {
      all.assign(of_key.begin(), of_key.end());
      return true;
    });
    return all;
  }

  const clock::time_point began = clock::now();
  ledger answers;
  version_watch versions{1};
  recorder seen{1, began};
  std::vector<outcome> heard;
  std::optional<load_loop> loop;
  random_numbers chance{1};
};

outcome stalls_once(std::size_t number, const operation&) {
  if (number == 40) std::this_thread::sleep_for(500ms);
  return done(number);
}

// A client that waits for each answer before it sends the next would see one slow request of 200.
TEST_F(load_loop_test, shows_a_stall_to_all_that_were_to_begin_in_it) {
  one_by_one slow{stalls_once};
  loop_on(slow).run_open({200, 200, 1s}, arrival_law::constant, began, chance, commands());
  EXPECT_EQ(loop->settle(10s), 0U);
  ASSERT_EQ(latency().count(), 200U);
  // 100 were to begin in the stall; their latencies go from 500 ms down to none.
  EXPECT_GE(slower_than(400ms), 18U);
  EXPECT_GE(slower_than(250ms), 45U);
  EXPECT_GE(latency().most(), 500'000'000U);
  EXPECT_EQ(answers.size(), 200U);
  EXPECT_EQ(heard.size(), 200U);
}

TEST_F(load_loop_test, hides_the_same_stall_if_it_is_closed) {
  one_by_one slow{stalls_once};
  loop_on(slow).run_closed(1, 0ms, began + 10s, commands(200));
  EXPECT_EQ(loop->settle(10s), 0U);
  ASSERT_EQ(latency().count(), 200U);
  EXPECT_LE(slower_than(250ms), 5U);
  EXPECT_GE(slower_than(250ms), 1U);
}

TEST_F(load_loop_test, has_as_many_under_way_as_there_are_clients) {
  one_by_one slow{[](std::size_t number, const operation&) {
    std::this_thread::sleep_for(1ms);
    return done(number);
  }};
  loop_on(slow).run_closed(7, 0ms, began + 10s, commands(100));
  EXPECT_EQ(loop->settle(10s), 0U);
  EXPECT_EQ(latency().count(), 100U);
  EXPECT_LE(slow.longest_queue(), 7U);
  EXPECT_GE(slow.longest_queue(), 6U);
}

TEST_F(load_loop_test, lets_clients_think) {
  one_by_one quick{[](std::size_t number, const operation&) { return done(number); }};
  loop_on(quick).run_closed(2, 50ms, began + 10s, commands(10));
  EXPECT_EQ(loop->settle(10s), 0U);
  // Five operations of each client, with four pauses between them, and one before it retires.
  EXPECT_GE(clock::now() - began, 200ms);
  EXPECT_EQ(latency().count(), 10U);
}

TEST_F(load_loop_test, counts_what_is_unanswered_with_its_age_and_takes_no_late_answer) {
  std::promise<void> may_go_on;
  {
    one_by_one stuck{[wait = may_go_on.get_future().share()](std::size_t number, const operation&) {
      if (number == 0) wait.wait();
      return done(number);
    }};
    loop_on(stuck).run_open({1'000, 1'000, 10ms}, arrival_law::constant, began, chance, commands());
    EXPECT_EQ(loop->in_flight(), 10U);
    EXPECT_EQ(loop->settle(100ms), 10U);
    may_go_on.set_value();
  }
  const auto all = seen.so_far().kinds.front();
  ASSERT_EQ(all.latency.size(), 1U);
  EXPECT_EQ(all.latency.at("unanswered").count(), 10U);
  EXPECT_GE(all.latency.at("unanswered").least(), 90'000'000U);
  for (const auto& one : entries()) EXPECT_EQ(one.answer, said::unknown);
  EXPECT_EQ(answers.size(), 10U);
}

TEST_F(load_loop_test, ends_when_it_is_stopped) {
  one_by_one quick{[](std::size_t number, const operation&) { return done(number); }};
  auto& endless = loop_on(quick);
  std::thread other{[&] {
    std::this_thread::sleep_for(100ms);
    endless.stop();
  }};
  endless.run_open({100, 100, 1h}, arrival_law::constant, began, chance, commands());
  other.join();
  EXPECT_EQ(endless.settle(10s), 0U);
  EXPECT_LE(latency().count(), 3'000U);
}

/// The answers to the tries of one command.
class retries : public load_loop_test {
protected:
  ledger_entry entry_of(std::vector<outcome> tries) {
    one_by_one failing{[this, tries](std::size_t number, const operation& what) {
      ids.push_back(what.command_id);
      arguments.push_back(what.arguments);
      return tries.at(number);
    }};
    loop_on(failing, {3, 20ms}).run_closed(1, 0ms, began + 10s, commands(1));
    EXPECT_EQ(loop->settle(10s), 0U);
    return entries().at(0);
  }
  static outcome again(said effect) { return {"unavailable", effect, 0, 0, true}; }

  std::vector<std::string> ids;
  std::vector<nlohmann::json> arguments;
};

TEST_F(retries, keep_the_command_its_id_and_its_intended_begin) {
  const auto entry = entry_of({again(said::unknown), again(said::unknown), done(6)});
  EXPECT_EQ(entry.answer, said::done);
  EXPECT_EQ(entry.version, 7U);
  EXPECT_THAT(ids, ElementsAre("0", "0", "0"));
  EXPECT_EQ(arguments[2], arguments[0]);
  const auto all = seen.so_far().kinds.front();
  ASSERT_EQ(all.latency.at("ok").count(), 1U);
  EXPECT_GE(all.latency.at("ok").most(), 60'000'000U) << "20 ms, then 40 ms of pause";
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(retries, end_after_so_many) {
  const auto entry = entry_of({4, again(said::no)});
  EXPECT_EQ(entry.answer, said::no);
  EXPECT_EQ(ids.size(), 4U);
}

TEST_F(retries, that_have_no_effect_leave_an_earlier_one_unknown) {
  EXPECT_EQ(entry_of({again(said::unknown), {"refused", said::no}}).answer, said::unknown);
}

TEST_F(retries, are_not_made_of_what_will_not_succeed) {
  EXPECT_EQ(entry_of({{"refused", said::no}}).answer, said::no);
  EXPECT_EQ(ids.size(), 1U);
}

}  // namespace
}  // namespace acta::internal::load
