// Where callbacks run, what they may do there, and what they hold up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta {

namespace {

using testing::add;
using ::testing::ContainsRegex;
using testing::counter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::total;
using namespace std::chrono_literals;

TEST(callbacks, one_that_blocks_delays_no_commit_and_no_answer_of_another_stream) {
  std::promise<void> go_on;
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::promise<void> begun;
  ASSERT_TRUE(counters.send("slow", add{1}, {}, [&](const auto&) {
    begun.set_value();
    go_on.get_future().wait();
  }));
  begun.get_future().wait();
  for (int i = 0; i < 100; ++i) {
    std::promise<bool> fast;
    ASSERT_TRUE(counters.send(std::to_string(i), add{1}, {},
                              [&](const auto& outcome) { fast.set_value(outcome.ok()); }));
    EXPECT_TRUE(fast.get_future().get());
  }
  EXPECT_EQ(counters.send("slow", add{1}).get()->version, version{2}) << "nor of its own stream";
  EXPECT_EQ(counters.get("slow").get()->view.sum, 2);
  go_on.set_value();
}

TEST(callbacks, that_all_block_hold_up_no_way_in_and_are_named) {
  std::promise<void> go_on;
  const auto opened = go_on.get_future().share();
  std::promise<std::string> told;
  auto how = in_memory();
  how.tell = [&](const notice& of) {
    if (of.event == "callbacks_block" && of.reason.find("no more") != std::string::npos)
      told.set_value(of.reason);
  };
  node here{std::move(how)};
  auto counters = here.host<counter>();
  const auto& type = *here.find("test.counter");
  for (int i = 0; i < 17; ++i)
    ASSERT_TRUE(counters.send("slow" + std::to_string(i), add{1}, {},
                              [opened](const auto&) { opened.wait(); }));
  const auto reason = told.get_future().get();
  EXPECT_THAT(reason, ContainsRegex("there are 16 for callbacks now"));
  EXPECT_THAT(reason, ContainsRegex("under way: .*test.counter/slow"));
  std::promise<bool> read;
  ASSERT_TRUE(here.query(
      type, "slow0", {}, [&](const auto& seen) { read.set_value(seen.ok()); },
      internal::answer_exit::ways_in));
  EXPECT_TRUE(read.get_future().get());
  std::promise<std::string> metrics;
  here.metrics([&](std::string text) { metrics.set_value(std::move(text)); },
               internal::answer_exit::ways_in);
  EXPECT_THAT(metrics.get_future().get(), HasSubstr("acta_callback_threads 16\n"));
  go_on.set_value();
}

TEST(callbacks, those_of_one_aggregate_run_in_order_and_one_at_a_time) {
  std::vector<std::uint64_t> versions;  // without a lock
  {
    node here{in_memory()};
    auto counters = here.host<counter>();
    for (int i = 0; i < 500; ++i)
      ASSERT_TRUE(counters.send("x", add{1}, {}, [&](const result<receipt>& outcome) {
        versions.push_back(outcome->version.value);
      }));
    ASSERT_TRUE(here.shut_down(30s));
  }
  ASSERT_EQ(versions.size(), 500U);
  EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
}

TEST(callbacks, waiting_for_an_answer_in_one_throws_at_once_and_says_what_to_do) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::promise<std::string> said;
  ASSERT_TRUE(counters.send("x", add{1}, {}, [&](const auto&) {
    auto later = counters.send("x", add{1});
    try {
      static_cast<void>(later.get());
      said.set_value("nothing");
    } catch (const would_block& thrown) {
      said.set_value(thrown.what());
    }
  }));
  EXPECT_THAT(said.get_future().get(), HasSubstr("get() would wait in a callback"));
  std::promise<void> others;
  here.metrics([&](const auto&) {
    EXPECT_THROW(static_cast<void>(counters.get("x").get()), would_block);
    EXPECT_THROW(counters.get("x").wait(), would_block);
    EXPECT_THROW(static_cast<void>(counters.get("x").wait_for(1s)), would_block);
    EXPECT_NO_THROW(static_cast<void>(counters.get("x").wait_for(0s)));
    others.set_value();
  });
  others.get_future().wait();
}

TEST(callbacks, of_a_request_that_is_not_admitted_are_never_called) {
  auto how = in_memory();
  how.credits = 0;
  node here{how};
  auto counters = here.host<counter>();
  const auto never = [](const auto&) { FAIL(); };
  EXPECT_EQ(counters.send("x", add{1}, {}, never).error().code, errc::overloaded);
  EXPECT_EQ(counters.get("x", {}, never).error().code, errc::overloaded);
  EXPECT_EQ(counters.send("", add{1}, {}, never).error().code, errc::malformed);
  const auto refused = counters.get("", {}, never);
  EXPECT_EQ(refused.error().code, errc::malformed);
  EXPECT_TRUE(refused.error().of_a_read);
}

TEST(callbacks, the_blocking_form_of_a_request_that_is_not_admitted_is_answered_at_once) {
  auto how = in_memory();
  how.credits = 0;
  node here{how};
  auto counters = here.host<counter>();
  auto refused = counters.send("x", add{1});
  EXPECT_EQ(refused.wait_for(0s), std::future_status::ready);
  EXPECT_EQ(refused.get().error().code, errc::overloaded);
  EXPECT_EQ(counters.get("x").get().error().code, errc::overloaded);
}

TEST(callbacks, answers_that_wait_to_leave_keep_their_credits) {
  auto how = in_memory();
  how.shard_count = 1;
  how.credits = 3;
  std::promise<void> go_on;
  std::atomic<int> answered{0};
  node here{how};
  auto counters = here.host<counter>();
  std::promise<void> begun;
  ASSERT_TRUE(counters.send("x", add{1}, {}, [&](const auto&) {
    begun.set_value();
    go_on.get_future().wait();
  }));
  begun.get_future().wait();  // its credit is home
  const auto count = [&](const auto& outcome) { answered += outcome.ok(); };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(counters.send("x", add{1}, {}, count));
  // They are stored, but their answers wait behind the first.
  while (here.last().offset < 4) std::this_thread::yield();
  EXPECT_EQ(counters.send("x", add{1}, {}, count).error().code, errc::overloaded);
  go_on.set_value();
  EXPECT_TRUE(here.shut_down(30s));
  EXPECT_EQ(answered, 3);
}

TEST(callbacks, that_block_get_more_threads_which_is_told_with_the_stream) {
  std::promise<void> go_on;
  const auto wait = go_on.get_future().share();
  std::promise<std::string> told;
  std::atomic<int> begun{0};
  auto how = in_memory();
  how.tell = [&](const notice& one) {
    if (one.event == "callbacks_block") told.set_value(one.reason);
  };
  node here{how};
  auto counters = here.host<counter>();
  for (const char* id : {"a", "b", "c"})
    ASSERT_TRUE(counters.send(id, add{1}, {}, [&](const auto&) {
      ++begun;
      begun.notify_all();
      wait.wait();
    }));
  EXPECT_THAT(told.get_future().get(), HasSubstr("the answer to test.counter/"));
  for (auto now = begun.load(); now < 3; now = begun.load()) begun.wait(now);
  std::promise<std::string> metrics;
  here.metrics([&](std::string text) { metrics.set_value(std::move(text)); });
  EXPECT_THAT(metrics.get_future().get(),
              ContainsRegex("\nacta_callback_threads_added_total [12]\n"));
  go_on.set_value();
}

}  // namespace
}  // namespace acta
