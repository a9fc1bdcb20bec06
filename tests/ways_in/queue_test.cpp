// What becomes of messages that are carried out.
#include <ctime>

#include "runtime/codec/trace_context.hpp"
#include "tests/support/remembering_tracer.hpp"
#include "tests/ways_in/queue_consumer.hpp"

namespace acta::testing {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Of both types.
class each_queue_test : public queue_test, public ::testing::WithParamInterface<const char*> {
protected:
  [[nodiscard]] std::string type() const override { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(, each_queue_test, ::testing::Values("classic", "quorum"),
                         [](const auto& tested) { return std::string{tested.param}; });

TEST_P(each_queue_test, carries_out_each_message_once_and_acknowledges_it) {
  auto& node = start();
  publish({add_message("a", "1", 1), add_message("a", "2", 20), add_message("a", "1", 1),
           add_message("b", "1", 300)});
  EXPECT_TRUE(node.comes_to("a", 21));
  EXPECT_TRUE(node.comes_to("b", 300));
  EXPECT_TRUE(node.measures(
      R"(acta_way_in_requests_total{via="amqp",route="add",status="acknowledged"} 3)"));
  EXPECT_TRUE(
      node.measures(R"(acta_way_in_requests_total{via="amqp",route="add",status="repeated"} 1)"));
  EXPECT_TRUE(node.measures(R"(acta_way_in_connected{via="amqp"} 1)"));
  EXPECT_EQ(left(), 0u);
}

TEST_P(each_queue_test, keeps_the_order_of_an_aggregates_messages) {
  std::vector<nlohmann::json> all;
  std::vector<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    ids.push_back("m-" + std::to_string(i));
    all.push_back(add_message("a", ids.back(), 1));
  }
  publish(all);
  auto& node = start();
  EXPECT_TRUE(node.comes_to("a", 200));
  std::vector<std::string> seen;
  for (const auto& one : node.events("a")) seen.push_back(one.metadata.command_id);
  EXPECT_EQ(seen, ids);
}

TEST_P(each_queue_test, hands_an_aggregates_messages_on_in_order_when_its_consumer_ends) {
  client({"delete", name()});
  client({"declare", name(), GetParam(), "single"});
  consumer first{options_of(), in_memory()};
  consumer second{options_of(), in_memory()};
  ASSERT_TRUE(first.start());
  ASSERT_TRUE(second.start());
  std::vector<nlohmann::json> all;
  std::vector<std::string> ids;
  for (int i = 0; i < 900; ++i) {
    ids.push_back("m-" + std::to_string(i));
    all.push_back(add_message("a", ids.back(), 1));
  }
  std::thread publisher{[&] { publish(all); }};
  EXPECT_TRUE(poll_until([&] { return first.sum("a").value_or(0) >= 50; }));
  first.end_way();
  publisher.join();
  EXPECT_TRUE(poll_until([&] {
    const auto last = second.events("a");
    return !last.empty() && last.back().metadata.command_id == ids.back();
  }));
  std::vector<std::string> seen;
  for (const auto& event : first.events("a")) seen.push_back(event.metadata.command_id);
  const auto by_first = seen.size();
  const auto by_second = second.events("a");
  ASSERT_GE(by_first + by_second.size(), ids.size());
  const auto again = by_first + by_second.size() - ids.size();
  // A quorum queue that is behind keeps acknowledgements back, and forgets them with the
  // connection.
  if (type() == "classic") {
    EXPECT_EQ(again, 0u);
  }
  ASSERT_LE(again, by_first);
  seen.resize(by_first - again);
  for (const auto& event : by_second) seen.push_back(event.metadata.command_id);
  EXPECT_EQ(seen, ids);
}

TEST_P(each_queue_test, looks_for_a_redelivered_message_however_long_ago_it_was_carried_out) {
  auto how = in_memory();
  how.deduplication_window = 1;
  how.deduplication_reach = 0ms;
  auto& node = start(how);
  publish({add_message("a", "once", 1), add_message("new", "known", 1)});
  EXPECT_TRUE(node.comes_to("a", 1));
  EXPECT_TRUE(node.comes_to("new", 1));
  // The next one is delivered to somebody who leaves before an effect of his.
  node.way().refuse_new();
  for (int i = 0; i < 1'100; ++i)
    ASSERT_TRUE(node.counters().send("a", add{1}, {.command_id = std::to_string(i)}).get());
  ASSERT_TRUE(node.counters().send("new", add{1}).get());
  auto again = add_message("a", "once", 1);
  again["timestamp"] = std::time(nullptr) - 1;
  publish({again, add_message("a", "once", 1)});
  client({"hold", name(), "2"});
  // Delivered for the first time: this is what the window is too small for.
  publish({add_message("new", "known", 1)});
  log quiet{log_level::error};
  const auto second = amqp(options_of())({node.node(), quiet, [] {}});
  ASSERT_TRUE(second->start());
  EXPECT_TRUE(node.comes_to("new", 3));
  EXPECT_TRUE(
      node.measures(R"(acta_way_in_requests_total{via="amqp",route="add",status="repeated"} 2)"));
  EXPECT_EQ(node.sum("a"), 1'101);
}

TEST_F(queue_test, waits_while_the_node_is_full_and_drops_nothing) {
  auto full = in_memory();
  full.credits = 4;
  auto& node = start(full);
  std::vector<nlohmann::json> all;
  for (int i = 0; i < 100; ++i)
    all.push_back(add_message(std::to_string(i % 20), "m-" + std::to_string(i), 1));
  publish(all);
  // Reads want credits too: the node is asked when it has some.
  ASSERT_TRUE(poll_until(
      [&] {
        return node.metrics().find(R"(route="add",status="acknowledged"} 100)") !=
               std::string::npos;
      },
      60s));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(node.comes_to(std::to_string(i), 5));
  EXPECT_EQ(count(dead()), 0u);
  EXPECT_EQ(left(), 0u);
}

TEST_F(queue_test, gives_back_what_it_has_not_carried_out_when_it_ends) {
  auto full = in_memory();
  full.credits = 0;
  auto& node = start(full);
  publish({add_message("a", "m-1", 1), add_message("a", "m-2", 1)});
  // Both are delivered, and the first is tried in vain.
  ASSERT_EQ(client({"await", name(), "0"}), "there\n");
  EXPECT_TRUE(poll_until([&] {
    return node.metrics().find(R"(command="add",outcome="overloaded")") != std::string::npos;
  }));
  EXPECT_EQ(left(), 2u);
}

TEST_F(queue_test, keeps_with_the_events_who_asked_and_where_it_came_from) {
  auto& node = start();
  auto one = add_message("a", "m-1", 1);
  one["userId"] = "guest";
  one["correlationId"] = "order-7";
  one["headers"]["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  one["headers"]["tracestate"] = "rojo=1";
  auto invalid = add_message("a", "m-2", 1);
  invalid["headers"]["traceparent"] = 7;
  publish({one, invalid});
  ASSERT_TRUE(node.comes_to("a", 2));
  const auto all = node.events("a");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].metadata.principal, "amqp:guest");
  EXPECT_EQ(all[0].metadata.correlation_id, "order-7");
  EXPECT_EQ(all[0].metadata.trace_context,
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 rojo=1");
  EXPECT_EQ(all[1].metadata.principal, "amqp:");
  EXPECT_EQ(all[1].metadata.trace_context, "");
  EXPECT_TRUE(node.measures(R"(acta_trace_headers_dropped_total{header="traceparent"} 1)"));
}

TEST_F(queue_test, one_message_is_one_trace_without_a_hole_and_its_dead_letter_is_within_it) {
  const std::string state = "rojo=1";
  const auto with_trace = [&](nlohmann::json one, char digit) {
    one["headers"]["traceparent"] = "00-" + std::string(32, digit) + "-00f067aa0ba902b7-01";
    one["headers"]["tracestate"] = state;
    return one;
  };
  const auto tracer = std::make_shared<remembering_tracer>();
  auto how = in_memory();
  how.tracer = tracer;
  start(how);
  publish({with_trace(add_message("a", "m-1", 1), '1'),
           with_trace(add_message("a", "m-2", -1), '2'),
           with_trace(message_for("test.counter", "a", "none", "m-3", {}), '3')});
  ASSERT_TRUE(has_dead(2));
  const auto dead_ones = drain(dead());
  // Once the node has ended, every span is here.
  EXPECT_EQ(left(), 0u);
  const auto all = tracer->named("process " + name());
  ASSERT_EQ(all.size(), 3u);
  for (const auto& process : all) {
    const auto which = process.context.trace_low & 0xf;
    EXPECT_EQ(process.parent, 0x00f067aa0ba902b7U);
    EXPECT_EQ(process.trace_state, state);
    EXPECT_EQ(attribute(process, "messaging.destination.name"), name());
    EXPECT_EQ(attribute(process, "error.type"), which == 1   ? ""
                                                : which == 2 ? "negative"
                                                             : "unknown_command");
    const auto parts = tracer->children_of(process);
    EXPECT_EQ(names_of(parts), which == 3 ? "settle" : "wait test.counter add settle");
    std::chrono::nanoseconds sum{0};
    for (const auto& one : parts) sum += one.end - one.start;
    EXPECT_EQ(sum, process.end - process.start);
    const auto own = to_traceparent(process.context);
    for (const auto& one : dead_ones)
      if (one["messageId"] == "m-" + std::to_string(which)) {
        EXPECT_EQ(one["headers"]["traceparent"], own);
        EXPECT_EQ(one["headers"]["tracestate"], state);
      }
  }
}

}  // namespace
}  // namespace acta::testing
