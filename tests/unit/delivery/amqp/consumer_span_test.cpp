#include "runtime/delivery/amqp/consumer_span.hpp"

#include <gtest/gtest.h>

#include "tests/support/remembering_tracer.hpp"

namespace acta::internal {
namespace {

using testing::attribute;
using namespace std::chrono_literals;

class consumer_span_test : public ::testing::Test {
protected:
  const std::chrono::steady_clock::time_point came{100s};
  const begun_trace within{true, {1, 2, 3, true}, {span::time_point{1'000s}, came}};
  amqp_message message{.tag = 7, .routing_key = "bank", .message_id = "m-1"};
};

TEST_F(consumer_span_test, is_from_the_delivery_until_the_message_is_settled) {
  const auto made = consumer_span(within, message, {"acknowledged"}, came + 20ms);
  EXPECT_EQ(made.kind, span_kind::consumer);
  EXPECT_EQ(made.context, within.span);
  EXPECT_EQ(made.start, span::time_point{1'000s});
  EXPECT_EQ(made.end - made.start, 20ms);
  EXPECT_EQ(attribute(made, "messaging.system"), "rabbitmq");
  EXPECT_EQ(attribute(made, "messaging.message.id"), "m-1");
  EXPECT_EQ(attribute(made, "messaging.rabbitmq.message.delivery_tag"), "7");
  EXPECT_EQ(attribute(made, "acta.outcome"), "acknowledged");
  EXPECT_FALSE(made.failed);
  EXPECT_EQ(made.parent, 0U);
}

TEST_F(consumer_span_test, is_within_its_publishers) {
  message.headers["traceparent"] = "00-00000000000000010000000000000002-00f067aa0ba902b7-01";
  message.headers["tracestate"] = "a=1";
  const auto made = consumer_span(within, message, {"dead_letter", true}, came);
  EXPECT_EQ(made.parent, 0x00f067aa0ba902b7U);
  EXPECT_EQ(made.trace_state, "a=1");
  EXPECT_TRUE(made.failed);
}

TEST_F(consumer_span_test, has_no_parent_where_a_header_is_no_text) {
  message.headers["traceparent"] = std::nullopt;
  message.headers["tracestate"] = "a=1";
  const auto made = consumer_span(within, message, {"acknowledged"}, came);
  EXPECT_EQ(made.parent, 0U);
  EXPECT_EQ(made.trace_state, "");
}

}  // namespace
}  // namespace acta::internal
