// Handlers of subscriptions that block, in a running node: what they hold up, and what waits for
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta {

namespace {

using testing::add;
using testing::counter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

/// Has one worker: whoever held it would hold up everything.
options one_worker() {
  auto how = in_memory();
  how.worker_threads = 1;
  how.drain_deadline = 50ms;
  return how;
}

class subscription_threads_test : public ::testing::Test {
protected:
  void add_event(std::string_view id = "x") { ASSERT_TRUE(counters.send(id, add{1}).get().ok()); }
  /// What a subscription is told when it begins, if it is told anything.
  std::optional<error> refusal() {
    std::optional<error> told;
    const auto mine = here->subscribe(
        from_start, [](const recorded_event&) {}, [&](const error& why) { told = why; });
    return told;
  }

  std::promise<void> begun;
  std::promise<void> go_on;
  std::unique_ptr<node> here = std::make_unique<node>(one_worker());
  aggregates<counter> counters = here->host<counter>();
};

TEST_F(subscription_threads_test, a_handler_that_blocks_holds_up_no_other_and_no_command) {
  std::vector<std::uint64_t> slow;
  std::promise<void> slow_has_all;
  const auto blocked = here->subscribe(from_start, [&](const recorded_event& event) {
    if (slow.empty()) {
      begun.set_value();
      go_on.get_future().wait();
    }
    slow.push_back(event.position.offset);
    if (slow.size() == 3) slow_has_all.set_value();
  });
  add_event();
  begun.get_future().wait();
  std::vector<std::uint64_t> seen;
  std::promise<void> three;
  const auto other = here->subscribe(from_start, [&](const recorded_event& event) {
    seen.push_back(event.position.offset);
    if (seen.size() == 3) three.set_value();
  });
  add_event();
  add_event();
  three.get_future().wait();
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
  EXPECT_EQ(blocked.handled(), position{});
  go_on.set_value();
  slow_has_all.get_future().wait();
  EXPECT_THAT(slow, ElementsAre(1, 2, 3));
}

TEST_F(subscription_threads_test, a_handler_may_send_and_read_and_wait_for_the_answers) {
  std::promise<std::int64_t> sum;
  const auto mine = here->subscribe(from_start, [&](const recorded_event& event) {
    if (event.stream.id() != "x") return;
    EXPECT_TRUE(counters.send("y", add{2}).get().ok());
    const auto seen = counters.get("y").get();
    sum.set_value(seen.ok() ? seen->view.sum : -1);
  });
  add_event();
  EXPECT_EQ(sum.get_future().get(), 2);
}

TEST_F(subscription_threads_test, the_65th_is_refused_until_another_is_cancelled) {
  std::atomic<int> seen{0};
  std::promise<void> each_has_seen;
  std::vector<subscription> all;
  for (int i = 0; i < 64; ++i)
    all.push_back(here->subscribe(from_start, [&](const recorded_event&) {
      if (++seen == 64) each_has_seen.set_value();
    }));
  const auto refused = refusal();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  EXPECT_THAT(refused->detail, HasSubstr("at most 64 subscriptions"));
  add_event();
  each_has_seen.get_future().wait();
  all.front().cancel();
  EXPECT_FALSE(refusal());
  all.front() = here->subscribe(from_start, [](const recorded_event&) {});
  EXPECT_TRUE(refusal());
}

TEST_F(subscription_threads_test, is_told_at_once_that_the_process_has_no_thread_to_give) {
  pthread_attr_t as_it_was{};
  ASSERT_EQ(pthread_getattr_default_np(&as_it_was), 0);
  auto huge = as_it_was;
  ASSERT_EQ(pthread_attr_setstacksize(&huge, std::size_t{1} << 60), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  const auto refused = refusal();
  ASSERT_EQ(pthread_setattr_default_np(&as_it_was), 0);
  pthread_attr_destroy(&as_it_was);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  EXPECT_THAT(refused->detail, HasSubstr("can start no thread"));
  EXPECT_FALSE(refusal());
  EXPECT_TRUE(here->shut_down(30s)) << "nothing is left of it";
}

TEST_F(subscription_threads_test, a_handler_may_cancel_its_own_subscription_and_run_on) {
  std::vector<std::uint64_t> seen;
  subscription mine = here->subscribe(from_start, [&](const recorded_event& event) {
    begun.get_future().wait();
    mine.cancel();
    seen.push_back(event.position.offset);
    go_on.set_value();
  });
  begun.set_value();  // `mine` is there
  ASSERT_TRUE(counters.send("x", add{1, 2}).get().ok());
  go_on.get_future().wait();
  add_event();
  EXPECT_TRUE(here->shut_down(30s));
  EXPECT_THAT(seen, ElementsAre(1));
}

TEST_F(subscription_threads_test, a_handler_may_destroy_its_own_subscription) {
  const auto kept = std::make_shared<int>(0);
  std::optional<subscription> mine;
  mine = here->subscribe(from_start, [&mine, kept, this](const recorded_event&) {
    begun.get_future().wait();
    mine.reset();
    ++*kept;
    go_on.set_value();
  });
  begun.set_value();
  ASSERT_TRUE(counters.send("x", add{1, 2}).get().ok());
  go_on.get_future().wait();
  EXPECT_TRUE(here->shut_down(30s));
  EXPECT_EQ(*kept, 1);
  EXPECT_EQ(kept.use_count(), 1) << "what the handler captured is gone";
}

TEST_F(subscription_threads_test, cancelling_waits_for_the_handler_that_runs) {
  std::atomic<bool> cancelling{false};
  std::atomic<bool> returned{false};
  auto mine = here->subscribe(from_start, [&](const recorded_event&) {
    begun.set_value();
    while (!cancelling) std::this_thread::yield();
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    returned = true;
  });
  add_event();
  begun.get_future().wait();
  cancelling = true;
  mine.cancel();
  EXPECT_TRUE(returned);
}

TEST_F(subscription_threads_test, the_end_names_each_handler_that_blocks_and_tells_it_last) {
  std::shared_future<void> released = go_on.get_future();
  std::atomic<int> blocked{0};
  std::vector<std::string> happened;
  const auto block = [&](const recorded_event& event) {
    if (++blocked == 2) begun.set_value();
    released.wait();
    if (event.stream.id() == "x")
      happened.push_back("event " + std::to_string(event.position.offset));
  };
  const auto mine = here->subscribe(
      from_start, block, [&](const error& why) { happened.emplace_back(to_string(why.code)); });
  ASSERT_TRUE(counters.send("x", add{1, 2}).get().ok());
  ASSERT_TRUE(counters.send("y", add{1}).get().ok());
  const auto other = here->subscribe(position{0, 3}, block);
  begun.get_future().wait();
  EXPECT_FALSE(here->shut_down(50ms));
  EXPECT_THAT(here->in_users_code(),
              UnorderedElementsAre("the handler of a subscription, position 1",
                                   "the handler of a subscription, position 3"));
  go_on.set_value();
  EXPECT_TRUE(here->shut_down(30s));
  EXPECT_THAT(happened, ElementsAre("event 1", "shutting_down"));
}

TEST_F(subscription_threads_test, an_end_handler_may_block_and_is_waited_for) {
  const auto mine = here->subscribe(
      from_start, [](const recorded_event&) { throw 42; },
      [&](const error&) {
        begun.set_value();
        go_on.get_future().wait();
      });
  add_event();
  begun.get_future().wait();
  add_event();
  EXPECT_FALSE(here->shut_down(50ms));
  EXPECT_THAT(here->in_users_code(), ElementsAre("the end handler of a subscription"));
  go_on.set_value();
  EXPECT_TRUE(here->shut_down(30s));
}

TEST_F(subscription_threads_test, a_subscription_outlives_its_node_and_remembers) {
  std::promise<void> seen;
  auto mine = here->subscribe(from_start, [&](const recorded_event&) { seen.set_value(); });
  add_event();
  seen.get_future().wait();
  here.reset();
  EXPECT_EQ(mine.handled(), (position{0, 1}));
  mine.cancel();
}

}  // namespace
}  // namespace acta
