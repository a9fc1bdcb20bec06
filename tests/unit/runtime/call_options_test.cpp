// What a call may say about itself: how much, how long, and what is kept of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta {

namespace {

using std::chrono::milliseconds;
using testing::add;
using testing::counter;
using ::testing::HasSubstr;

const std::string traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

constexpr std::chrono::hours never{24};

class call_options_test : public ::testing::Test {
protected:
  result<receipt> send(call_options how) {
    return counters.send("x", add{1}, std::move(how)).get();
  }
  /// The field that was refused, or "ok".
  std::string refused(call_options how) {
    const auto got = send(std::move(how));
    return got ? "ok" : got.error().field;
  }
  event_metadata newest() {
    std::promise<result<std::vector<recorded_event>>> read;
    EXPECT_TRUE(here.events(*here.find("test.counter"), "x", {1}, 1'000,
                            [&](auto events) { read.set_value(std::move(events)); }));
    return read.get_future().get()->back().metadata;
  }
  void expect_metric(const std::string& line) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    std::string text;
    while (text.find(line + "\n") == std::string::npos &&
           std::chrono::steady_clock::now() < until) {
      std::promise<std::string> read;
      here.metrics([&](std::string all) { read.set_value(std::move(all)); });
      text = read.get_future().get();
    }
    EXPECT_THAT(text, HasSubstr(line + "\n"));
  }
  static options small() {
    auto how = in_memory();
    how.shard_count = 1;
    how.metrics_tick = milliseconds{1};
    how.credit_bytes = 2'000;
    return how;
  }

  node here{small()};
  aggregates<counter> counters = here.host<counter>();
};

TEST_F(call_options_test, are_as_long_as_they_are_kept_and_no_longer) {
  const auto text = [](std::size_t size) { return std::string(size, 'a'); };
  EXPECT_EQ(refused({.command_id = text(255)}), "ok");
  EXPECT_EQ(refused({.command_id = text(256)}), "command_id");
  EXPECT_EQ(refused({.principal = text(256)}), "ok");
  EXPECT_EQ(refused({.principal = text(257)}), "principal");
  EXPECT_EQ(refused({.correlation_id = text(256)}), "ok");
  EXPECT_EQ(refused({.correlation_id = text(257)}), "correlation_id");
  EXPECT_EQ(refused({.causation_id = text(256)}), "ok");
  EXPECT_EQ(refused({.causation_id = text(257)}), "causation_id");
}

TEST_F(call_options_test, are_utf8_where_they_are_kept) {
  for (const auto* wrong : {"\xff", "a\xc0\x80", "\xed\xa0\x80", "caf\xc3"}) {
    EXPECT_EQ(refused({.command_id = wrong}), "command_id");
    EXPECT_EQ(refused({.principal = wrong}), "principal");
    EXPECT_EQ(refused({.correlation_id = wrong}), "correlation_id");
    EXPECT_EQ(refused({.causation_id = wrong}), "causation_id");
    const auto got = counters.send(wrong, add{1}).get();
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, errc::malformed);
    EXPECT_EQ(got.error().field, "id");
  }
  EXPECT_EQ(here.last(), (position{0, 0})) << "nothing was stored";
  const std::string good = "caf\xc3\xa9";
  EXPECT_EQ(
      refused(
          {.command_id = good, .principal = good, .correlation_id = good, .causation_id = good}),
      "ok");
}

TEST_F(call_options_test, cost_credit_like_the_command_itself) {
  const std::string most(256, 'a');
  call_options how{.command_id = std::string(255, 'a'),
                   .principal = most,
                   .correlation_id = most,
                   .causation_id = most,
                   .trace_context = traceparent,
                   .trace_state = std::string(512, 'a')};
  EXPECT_EQ(send(how).error().code, errc::malformed) << "512 and what it says, of 2,000 bytes";
  how.trace_state = {};
  EXPECT_TRUE(send(how).ok());
}

TEST_F(call_options_test, keep_a_trace_context_that_is_valid) {
  ASSERT_TRUE(send({.trace_context = traceparent}).ok());
  EXPECT_EQ(newest().trace_context, traceparent);
  ASSERT_TRUE(send({.trace_context = traceparent, .trace_state = "a=1"}).ok());
  EXPECT_EQ(newest().trace_context, traceparent + " a=1");
}

TEST_F(call_options_test, lose_a_trace_context_that_is_not_and_the_command_goes_on) {
  for (const auto& wrong : {std::string{"00-1-2-01"}, std::string(8'000, 'a'), traceparent + " ",
                            std::string{"\xff"}}) {
    ASSERT_TRUE(send({.trace_context = wrong}).ok());
    EXPECT_EQ(newest().trace_context, "");
  }
  for (const auto& wrong : {std::string(513, 'a'), std::string{"a=\n"}}) {
    ASSERT_TRUE(send({.trace_context = traceparent, .trace_state = wrong}).ok());
    EXPECT_EQ(newest().trace_context, traceparent);
  }
  ASSERT_TRUE(send({.trace_state = "a=1"}).ok());
  EXPECT_EQ(newest().trace_context, "") << "it says nothing without the other";
  ASSERT_TRUE(counters.get("x", {.trace_context = traceparent + " "}).get().ok()) << "so do reads";
  expect_metric(R"(acta_trace_headers_dropped_total{header="traceparent"} 5)");
  expect_metric(R"(acta_trace_headers_dropped_total{header="tracestate"} 3)");
}

TEST_F(call_options_test, wait_for_ever_where_they_say_so) {
  EXPECT_EQ(refused({.deadline = milliseconds::max()}), "ok");
  EXPECT_TRUE(counters.get("x", {.deadline = milliseconds::max()}).get().ok());
  EXPECT_EQ(refused({.deadline = milliseconds{-1}}), "deadline");
  EXPECT_EQ(refused({.deadline = milliseconds::min()}), "deadline");
  EXPECT_EQ(counters.get("x", {.deadline = milliseconds{-1}}).get().error().field, "deadline");
}

TEST_F(call_options_test, expect_a_version_of_commands_only) {
  EXPECT_EQ(refused({.expected_version = expected_version::none()}), "ok");
  const auto late = send({.expected_version = expected_version::none()});
  EXPECT_EQ(late.error().code, errc::wrong_version);
  EXPECT_EQ(late.error().version, version{1});
  EXPECT_EQ(effect_of(late.error().code), effect::none);
  EXPECT_FALSE(may_retry(late.error().code));
  EXPECT_EQ(counters.get("x", {.expected_version = expected_version::exists()}).get().error().field,
            "expected_version");
}

TEST_F(call_options_test, end_the_wait_for_a_version_before_and_after_it_began) {
  ASSERT_TRUE(send({}).ok());
  const auto read = [&](const std::shared_ptr<cancellation>& cancelled, freshness fresh) {
    return counters.get("x", {.deadline = never, .fresh = fresh, .cancelled = cancelled});
  };
  const auto left_before = std::make_shared<cancellation>();
  left_before->cancel();
  const auto ended = read(left_before, at_least({9})).get();
  EXPECT_EQ(ended.error().code, errc::deadline_exceeded);
  EXPECT_EQ(effect_of(ended.error()), effect::none) << "it only reads";
  const auto leaves = std::make_shared<cancellation>();
  auto waiting = read(leaves, at_least({9}));
  leaves->cancel();
  EXPECT_EQ(waiting.get().error().code, errc::deadline_exceeded);
  // What need not wait is answered, and what goes past the cache never waits.
  for (const auto& fresh : {at_least({1}), freshness{}, from_aggregate, freshness{{1}, true}}) {
    const auto left = std::make_shared<cancellation>();
    left->cancel();
    EXPECT_TRUE(read(left, fresh).get().ok());
  }
}

TEST(call_options, may_be_cancelled_when_the_node_is_gone) {
  const auto cancelled = std::make_shared<cancellation>();
  pending<versioned<view_of<counter>>> waiting;
  {
    node here{in_memory()};
    waiting = here.host<counter>().get(
        "x", {.deadline = never, .fresh = at_least({9}), .cancelled = cancelled});
  }
  EXPECT_FALSE(waiting.get().ok());
  cancelled->cancel();
}

}  // namespace
}  // namespace acta
