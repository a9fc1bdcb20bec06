#include "runtime/delivery/amqp/consumer_span.hpp"

#include <gtest/gtest.h>

#include "tests/support/remembering_tracer.hpp"

namespace acta::internal {
namespace {

using testing::attribute;
using testing::names_of;
using namespace std::chrono_literals;

class consumer_span_test : public ::testing::Test {
protected:
  [[nodiscard]] span whole(const message_end& how, std::chrono::milliseconds after = 0ms) const {
    return consumer_span{begun, message}.settled(message, "bank", how, came + after).back();
  }
  /// An attempt of the engine that shows its own span.
  void attempt(consumer_span& of, std::chrono::milliseconds from, std::chrono::milliseconds until) {
    parts.push_back(of.hand_on(came + from).value());
    EXPECT_EQ(of.within().handed_on, came + from);
    span own;
    own.name = "engine";
    own.start = begun.time.at(came + from);
    own.end = begun.time.at(came + until);
    parts.push_back(own);
    *of.within().handed_back = came + until;
    of.answered();
  }
  void settle(const consumer_span& of, std::string_view status, std::chrono::milliseconds after) {
    auto made = of.settled(message, "bank", {status}, came + after);
    process = made.back();
    made.pop_back();
    parts.insert(parts.end(), made.begin(), made.end());
  }
  void expect_no_hole() const {
    ASSERT_FALSE(parts.empty());
    EXPECT_EQ(parts.front().start, process.start);
    for (std::size_t i = 1; i < parts.size(); ++i) EXPECT_EQ(parts[i].start, parts[i - 1].end) << i;
    EXPECT_EQ(parts.back().end, process.end);
    for (const auto& one : parts) {
      if (one.name == "engine") continue;
      EXPECT_EQ(one.parent, process.context.span) << one.name;
      EXPECT_EQ(one.context.trace_low, process.context.trace_low) << one.name;
      EXPECT_EQ(one.context.span, 0U) << "the node gives it one";
    }
  }

  const std::chrono::steady_clock::time_point came{100s};
  const begun_trace begun{true, {1, 2, 3, true}, {span::time_point{1'000s}, came}};
  amqp_message message{.tag = 7, .routing_key = "bank.key", .message_id = "m-1"};
  std::vector<span> parts;
  span process;
};

TEST_F(consumer_span_test, is_from_the_delivery_until_the_message_is_settled) {
  const auto made = whole({"acknowledged"}, 20ms);
  EXPECT_EQ(made.name, "process bank");
  EXPECT_EQ(made.kind, span_kind::consumer);
  EXPECT_EQ(made.context, begun.span);
  EXPECT_EQ(made.start, span::time_point{1'000s});
  EXPECT_EQ(made.end - made.start, 20ms);
  EXPECT_EQ(attribute(made, "messaging.system"), "rabbitmq");
  EXPECT_EQ(attribute(made, "messaging.destination.name"), "bank");
  EXPECT_EQ(attribute(made, "messaging.rabbitmq.destination.routing_key"), "bank.key");
  EXPECT_EQ(attribute(made, "messaging.message.id"), "m-1");
  EXPECT_EQ(attribute(made, "messaging.rabbitmq.message.delivery_tag"), "7");
  EXPECT_EQ(attribute(made, "acta.outcome"), "acknowledged");
  EXPECT_FALSE(made.failed);
  EXPECT_EQ(made.parent, 0U);
  for (const auto& one : made.attributes) EXPECT_NE(one.name, "error.type");
}

TEST_F(consumer_span_test, leaves_out_an_id_that_there_is_not_and_names_the_error) {
  message.message_id = "";
  const auto made = whole({"dead_letter", false, "malformed"});
  for (const auto& one : made.attributes) EXPECT_NE(one.name, "messaging.message.id");
  EXPECT_EQ(attribute(made, "error.type"), "malformed");
  EXPECT_FALSE(made.failed) << "it is the publisher's fault";
}

TEST_F(consumer_span_test, has_parts_that_leave_no_hole) {
  consumer_span one{begun, message};
  attempt(one, 40ms, 45ms);
  attempt(one, 65ms, 70ms);
  settle(one, "acknowledged", 71ms);
  EXPECT_EQ(names_of(parts), "wait engine back-off engine settle");
  expect_no_hole();
}

TEST_F(consumer_span_test, settles_what_nobody_can_read_from_its_delivery_on) {
  settle({begun, message}, "dead_letter", 5ms);
  EXPECT_EQ(names_of(parts), "settle");
  expect_no_hole();
}

TEST_F(consumer_span_test, settles_what_did_not_come_to_the_engine_from_there_on) {
  consumer_span one{begun, message};
  parts.push_back(one.hand_on(came + 4ms).value());
  one.answered();
  settle(one, "dead_letter", 9ms);
  EXPECT_EQ(names_of(parts), "wait settle");
  expect_no_hole();
}

TEST_F(consumer_span_test, only_waited_if_it_is_given_back) {
  settle({begun, message}, "given_back", 5ms);
  EXPECT_EQ(names_of(parts), "wait");
  expect_no_hole();
  parts.clear();
  consumer_span one{begun, message};
  attempt(one, 1ms, 2ms);
  settle(one, "given_back", 5ms);
  EXPECT_EQ(names_of(parts), "wait engine back-off");
  expect_no_hole();
}

TEST_F(consumer_span_test, has_no_part_beside_an_attempt_that_is_not_over) {
  consumer_span one{begun, message};
  ASSERT_TRUE(one.hand_on(came + 1ms));
  settle(one, "given_back", 5ms);
  EXPECT_TRUE(parts.empty());
}

TEST_F(consumer_span_test, is_nothing_if_the_message_is_not_sampled) {
  auto quiet = begun;
  quiet.span.sampled = false;
  consumer_span one{quiet, message};
  EXPECT_FALSE(one.hand_on(came));
  EXPECT_EQ(one.within().handed_back, nullptr);
  one.answered();
  EXPECT_TRUE(one.settled(message, "bank", {"acknowledged"}, came).empty());
}

TEST_F(consumer_span_test, is_within_its_publishers) {
  message.headers["traceparent"] = "00-00000000000000010000000000000002-00f067aa0ba902b7-01";
  message.headers["tracestate"] = "a=1";
  const auto made = whole({"dead_letter", true, "overloaded"});
  EXPECT_EQ(made.parent, 0x00f067aa0ba902b7U);
  EXPECT_EQ(made.trace_state, "a=1");
  EXPECT_TRUE(made.failed);
}

TEST_F(consumer_span_test, has_no_parent_where_a_header_is_no_text) {
  message.headers["traceparent"] = std::nullopt;
  message.headers["tracestate"] = "a=1";
  const auto made = whole({"acknowledged"});
  EXPECT_EQ(made.parent, 0U);
  EXPECT_EQ(made.trace_state, "");
}

}  // namespace
}  // namespace acta::internal
