// A node in this process, and a queue as its way in: what becomes of messages, with a real broker
// and a client of others.
#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <ctime>
#include <future>
#include <map>
#include <optional>

#include "runtime/codec/trace_context.hpp"
#include "runtime/delivery/amqp/amqp.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/log.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/remembering_tracer.hpp"
#include "tests/ways_in/queue.hpp"

namespace acta::testing {

using namespace internal;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

nlohmann::json add_message(const std::string& id, const std::string& message_id, int amount) {
  return message_for("test.counter", id, "add", message_id, {{"amount", amount}});
}

/// A node in memory whose way in is a queue.
class consumer {
public:
  /// Logs errors to standard error; or into a file all from info on.
  consumer(amqp_options how, options of_node, const std::filesystem::path& log_to = {})
      : log_{log_to.empty()
                 ? log{log_level::error}
                 : log{log_level::info,
                       ::open(log_to.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)}},
        node_{quick(std::move(of_node))} {
    counters_.emplace(node_.host<counter>());
    way_ = amqp(std::move(how))({node_, log_, [this] { gave_up = true; }});
  }
  ~consumer() { end(); }

  result<void> start() { return way_->start(); }
  /// Ends the way in and leaves the node.
  void end_way() {
    way_->refuse_new();
    way_->stop(5s);
    way_.reset();
  }
  void end() {
    if (!way_) return;
    way_->refuse_new();
    node_.shut_down(10s);
    way_->stop(5s);
    way_.reset();
  }
  /// The sum of a counter, or nothing if there is none.
  std::optional<std::int64_t> sum(const std::string& id) {
    const auto seen = counters_->get(id).get();
    return seen ? std::optional{seen->view.sum} : std::nullopt;
  }
  bool comes_to(const std::string& id, std::int64_t wanted) {
    return poll_until([&] { return sum(id) == wanted; });
  }
  std::vector<recorded_event> events(const std::string& id) {
    std::promise<std::vector<recorded_event>> got;
    const auto* type = node_.find("test.counter");
    if (!node_.events(*type, id, {1}, 1'000, [&](auto all) {
          got.set_value(all ? *std::move(all) : std::vector<recorded_event>{});
        }))
      return {};
    return got.get_future().get();
  }
  std::string metrics() {
    std::promise<std::string> got;
    node_.metrics([&](std::string text) { got.set_value(std::move(text)); });
    return got.get_future().get();
  }
  /// Waits for a line of the metrics.
  bool measures(const std::string& line) {
    return poll_until([&] { return metrics().find(line + "\n") != std::string::npos; });
  }
  way_in& way() { return *way_; }
  bool is_away(const std::string& why) {
    return poll_until([&] { return way_->not_ready_reason().find(why) != std::string::npos; });
  }
  bool is_there() {
    return poll_until([&] { return way_->not_ready_reason().empty(); }, 60s);
  }
  acta::node& node() { return node_; }
  aggregates<counter>& counters() { return *counters_; }

  std::atomic<bool> gave_up{false};

private:
  static options quick(options how) {
    how.worker_threads = 2;
    how.shard_count = 4;
    how.metrics_tick = 1ms;
    return how;
  }

  log log_;
  acta::node node_;
  std::optional<aggregates<counter>> counters_;
  std::unique_ptr<way_in> way_;
};

class queue_test : public queue {
protected:
  [[nodiscard]] amqp_options options_of(std::string url = broker().url()) const {
    return {.url = std::move(url),
            .queue = name(),
            .dead_letter_exchange = dead(),
            .in_readiness = true};
  }
  consumer& start(options of_node = in_memory()) { return start(options_of(), std::move(of_node)); }
  consumer& start(amqp_options how, options of_node = in_memory()) {
    running_.emplace(std::move(how), std::move(of_node));
    const auto started = running_->start();
    EXPECT_TRUE(started) << started.error().detail;
    return *running_;
  }
  /// Ends the consumer, and says what it left.
  std::size_t left() {
    running_.reset();
    return count(name());
  }
  [[nodiscard]] bool has_dead(std::size_t many) const {
    return client({"await", dead(), std::to_string(many)}) == "there\n";
  }
  void TearDown() override {
    running_.reset();
    queue::TearDown();
  }

private:
  std::optional<consumer> running_;
};

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
  const auto by_first = first.sum("a").value_or(0);
  EXPECT_TRUE(second.comes_to("a", 900 - by_first)) << by_first;
  std::vector<std::string> seen;
  for (auto* one : {&first, &second})
    for (const auto& event : one->events("a")) seen.push_back(event.metadata.command_id);
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

TEST_F(queue_test, makes_a_dead_letter_of_what_the_domain_refuses) {
  start();
  auto one = add_message("a", "m-1", -1);
  one["userId"] = "guest";
  one["correlationId"] = "order-7";
  one["headers"]["their-own"] = {{"nested", {1, 2}}};
  one["expiration"] = "60000";
  publish({one});
  ASSERT_TRUE(has_dead(1));
  const auto all = drain(dead());
  ASSERT_EQ(all.size(), 1u);
  const auto& headers = all[0]["headers"];
  EXPECT_EQ(headers["acta-code"], "negative");
  EXPECT_EQ(headers["acta-detail"], "counts up only");
  EXPECT_EQ(headers["acta-user-id"], "guest");
  EXPECT_EQ(headers["acta-aggregate"], "test.counter");
  EXPECT_EQ(headers["their-own"], (nlohmann::json{{"nested", {1, 2}}}));
  EXPECT_EQ(all[0]["messageId"], "m-1");
  EXPECT_EQ(all[0]["correlationId"], "order-7");
  EXPECT_EQ(all[0]["body"], R"({"amount":-1})");
  EXPECT_EQ(all[0]["deliveryMode"], 2);
  EXPECT_FALSE(all[0].contains("userId"));
  EXPECT_FALSE(all[0].contains("expiration"));
  EXPECT_EQ(left(), 0u);
}

TEST_F(queue_test, makes_a_dead_letter_of_whatever_cannot_be_read_and_goes_on) {
  auto& node = start();
  auto number = add_message("a", "number", 1);
  number["headers"]["acta-id"] = 4711;
  auto nothing = add_message("a", "nothing", 1);
  nothing["headers"] = nlohmann::json::object();
  auto unnamed = add_message("a", "", 1);
  unnamed.erase("messageId");
  auto unknown = add_message("a", "unknown", 1);
  unknown["headers"]["acta-command"] = "subtract";
  auto coded = add_message("a", "coded", 1);
  coded["contentEncoding"] = "gzip";
  auto broken = add_message("a", "broken", 1);
  broken["body"] = "{";
  auto throws = message_for("test.counter", "t", "explode", "throws", nlohmann::json::object());
  publish({number, nothing, unnamed, unknown, coded, broken, throws, add_message("a", "good", 5)});
  EXPECT_TRUE(node.comes_to("a", 5));
  ASSERT_TRUE(has_dead(7));
  std::map<std::string, std::string> why;
  for (const auto& one : drain(dead()))
    why[one.value("messageId", "none")] = one["headers"].value("acta-code", "") + " " +
                                          one["headers"].value("acta-field", "") + ": " +
                                          one["headers"].value("acta-detail", "");
  EXPECT_EQ(why["number"], "malformed acta-id: must be a text");
  EXPECT_EQ(why["nothing"], "malformed acta-aggregate: there is no such header");
  EXPECT_EQ(why["none"], "malformed message_id: there is none: a repeat could not be recognised");
  EXPECT_EQ(why["unknown"], "unknown_command : test.counter has no command 'subtract'");
  EXPECT_EQ(why["coded"], "malformed content_encoding: a body is taken as it is, without a coding");
  EXPECT_THAT(why["broken"], HasSubstr("malformed body: "));
  EXPECT_EQ(why["throws"], "domain_failed : see the service's log");
  EXPECT_TRUE(node.measures(
      R"(acta_way_in_requests_total{via="amqp",route="unreadable",status="dead_letter"} 5)"));
  EXPECT_EQ(left(), 0u);
}

long most_kib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

TEST_F(queue_test, passes_a_large_body_on_without_holding_it) {
  auto& node = start();
  const auto before = most_kib();
  auto large = add_message("a", "large", 1);
  large.erase("body");
  large["bytes"] = 64 * 1024 * 1024;
  auto just = add_message("a", "just", 1);
  just.erase("body");
  just["bytes"] = 1024 * 1024 + 1;
  publish({large, add_message("a", "refused", -1), just, add_message("a", "good", 7)});
  EXPECT_TRUE(node.comes_to("a", 7));
  ASSERT_TRUE(has_dead(3));
  EXPECT_LT(most_kib() - before, 24 * 1024);
  std::map<std::string, nlohmann::json> all;
  for (const auto& one : drain(dead())) all[one["messageId"]] = one;
  EXPECT_EQ(all["large"]["bytes"], 64 * 1024 * 1024);
  EXPECT_EQ(all["large"]["headers"]["acta-detail"],
            "has 67108864 bytes, and at most 1048576 are taken");
  EXPECT_EQ(all["just"]["bytes"], 1024 * 1024 + 1);
  EXPECT_EQ(all["refused"]["headers"]["acta-code"], "negative");
  EXPECT_EQ(left(), 0u);
}

TEST_F(queue_test, retries_what_may_pass_and_then_makes_a_dead_letter_of_it) {
  auto full = in_memory();
  full.credits = 0;
  auto how = options_of();
  how.retry_for = 200ms;
  start(how, full);
  publish({add_message("a", "m-1", 1)});
  ASSERT_TRUE(has_dead(1));
  EXPECT_EQ(drain(dead())[0]["headers"]["acta-code"], "overloaded");
  EXPECT_EQ(left(), 0u);
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

TEST_F(queue_test, names_the_message_id_that_has_a_control_character) {
  start();
  publish({add_message("a", "m\n1", 1)});
  ASSERT_TRUE(has_dead(1));
  EXPECT_EQ(drain(dead())[0]["headers"]["acta-field"], "message_id");
}

TEST_F(queue_test, logs_each_dead_letter_and_what_is_known_of_it) {
  auto nothing = add_message("a", "", 1);
  nothing["headers"] = nlohmann::json::object();
  nothing.erase("messageId");
  publish({add_message("a", "m-1", -1), nothing});
  {
    consumer node{options_of(), in_memory(), directory() / "log"};
    ASSERT_TRUE(node.start());
    ASSERT_TRUE(has_dead(2));
  }
  std::vector<nlohmann::json> lines;
  std::ifstream from{directory() / "log"};
  for (std::string line; std::getline(from, line);)
    if (auto one = nlohmann::json::parse(line); one["event"] == "dead_letter") {
      one.erase("time");
      lines.push_back(std::move(one));
    }
  const nlohmann::json refused{{"level", "info"},
                               {"event", "dead_letter"},
                               {"queue", name()},
                               {"aggregate", "test.counter"},
                               {"id", "a"},
                               {"command", "add"},
                               {"message_id", "m-1"},
                               {"code", "negative"},
                               {"reason", "counts up only"}};
  const nlohmann::json unreadable{
      {"level", "warning"},    {"event", "dead_letter"},
      {"queue", name()},       {"code", "malformed"},
      {"field", "message_id"}, {"reason", "there is none: a repeat could not be recognised"}};
  EXPECT_THAT(lines, ::testing::UnorderedElementsAre(refused, unreadable));
}

TEST_F(queue_test, says_that_the_broker_blocks_it_and_when_that_is_over) {
  publish({add_message("a", "m-1", -1)});
  const auto log_of_it = directory() / "log";
  const auto told = [&](const std::string& event) {
    return poll_until([&] {
      std::stringstream all;
      all << std::ifstream{log_of_it}.rdbuf();
      return all.str().find(event) != std::string::npos;
    });
  };
  EXPECT_TRUE(broker().control({"set_vm_memory_high_watermark", "0.00001"}));
  consumer node{options_of(), in_memory(), log_of_it};
  EXPECT_TRUE(node.start());
  EXPECT_TRUE(told(R"("event":"amqp_blocked")"));
  ASSERT_TRUE(broker().control({"set_vm_memory_high_watermark", "0.4"}));
  EXPECT_TRUE(told(R"("event":"amqp_unblocked")"));
  EXPECT_TRUE(has_dead(1));
}

TEST_F(queue_test, stops_where_no_queue_takes_a_dead_letter_and_keeps_the_message) {
  client({"unbind", name()});
  auto& node = start();
  publish({add_message("a", "m-1", -1)});
  EXPECT_TRUE(node.is_away("no queue takes dead letters"));
  EXPECT_TRUE(node.is_away("NO_ROUTE"));
  EXPECT_EQ(left(), 1u);
}

TEST_F(queue_test, says_why_it_stopped_though_it_is_no_part_of_readiness) {
  client({"unbind", name()});
  publish({add_message("a", "m-1", -1)});
  auto how = options_of();
  how.in_readiness = false;
  consumer node{how, in_memory(), directory() / "log"};
  ASSERT_TRUE(node.start());
  EXPECT_TRUE(poll_until([&] {
    std::ifstream from{directory() / "log"};
    for (std::string line; std::getline(from, line);)
      if (const auto one = nlohmann::json::parse(line); one["event"] == "amqp_stopped")
        return one["reason"].get<std::string>().find("NO_ROUTE") != std::string::npos;
    return false;
  }));
}

TEST_F(queue_test, notices_that_its_queue_was_deleted_and_comes_back_when_it_is_there_again) {
  auto& node = start();
  client({"delete", name()});
  EXPECT_TRUE(node.is_away("NOT_FOUND"));
  EXPECT_TRUE(node.measures(R"(acta_way_in_connected{via="amqp"} 0)"));
  declare();
  EXPECT_TRUE(node.is_there());
  // Each attempt until now failed, and there was one connection to be lost.
  EXPECT_TRUE(node.measures(R"(acta_way_in_connections_lost_total{via="amqp"} 1)"));
  publish({add_message("a", "m-1", 1)});
  EXPECT_TRUE(node.comes_to("a", 1));
  EXPECT_FALSE(node.gave_up);
}

TEST_F(queue_test, notices_that_its_exchange_was_deleted_and_loses_no_message) {
  auto& node = start();
  client({"lose", name()});
  publish({add_message("a", "m-1", -1)});
  EXPECT_TRUE(node.is_away("NOT_FOUND"));
  EXPECT_TRUE(
      node.measures(R"(acta_way_in_requests_total{via="amqp",route="add",status="given_back"} 1)"));
  declare();
  EXPECT_TRUE(has_dead(1));
  EXPECT_EQ(left(), 0u);
}

TEST_F(queue_test, does_not_start_where_the_broker_says_no_and_tells_no_secret) {
  const auto port = std::to_string(broker().port());
  auto queue_unknown = options_of();
  queue_unknown.queue = "nowhere";
  auto exchange_unknown = options_of();
  exchange_unknown.dead_letter_exchange = "nowhere";
  for (const auto& [how, why] :
       {std::pair{options_of("amqp://guest:secret@127.0.0.1:" + port), "ACCESS_REFUSED"},
        {options_of("amqp://guest:guest@127.0.0.1:" + port + "/secretless"), "vhost"},
        {queue_unknown, "no queue 'nowhere'"},
        {exchange_unknown, "no exchange 'nowhere'"}}) {
    consumer node{how, in_memory()};
    const auto started = node.start();
    ASSERT_FALSE(started) << why;
    EXPECT_THAT(started.error().detail, HasSubstr(why));
    EXPECT_THAT(started.error().detail, Not(HasSubstr("guest:")));
    EXPECT_THAT(started.error().detail, Not(HasSubstr("secret@")));
  }
}

TEST_F(queue_test, waits_for_a_broker_that_is_away) {
  consumer node{options_of("amqp://guest:secret@127.0.0.1:1"), in_memory()};
  ASSERT_TRUE(node.start());
  EXPECT_THAT(node.way().not_ready_reason(), HasSubstr("connecting: refused"));
  EXPECT_THAT(node.way().not_ready_reason(), Not(HasSubstr("secret")));
}

TEST_F(queue_test, reads_all_that_tls_has_read) {
  std::vector<nlohmann::json> all;
  for (int i = 0; i < 2'000; ++i)
    all.push_back(add_message(std::to_string(i % 50), "m-" + std::to_string(i), 1));
  publish(all);
  auto& node = start(options_of(broker().tls_url()));
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(node.comes_to(std::to_string(i), 40));
  EXPECT_EQ(left(), 0u);
}

TEST_F(queue_test, trusts_no_certificate_that_it_was_not_told_of_and_none_of_another_name) {
  const auto url = broker().tls_url();
  auto elsewhere = url;
  elsewhere.replace(url.find("localhost"), 9, "127.0.0.1");
  for (const auto& [to, why] :
       {std::pair{url.substr(0, url.find('?')), "peer cert verification failed"},
        {elsewhere, "hostname verification failed"}}) {
    consumer node{options_of(to), in_memory()};
    const auto started = node.start();
    ASSERT_FALSE(started) << why;
    EXPECT_THAT(started.error().detail, HasSubstr(why));
  }
}

TEST_F(queue_test, keeps_its_connection_by_heartbeats_while_nothing_comes) {
  auto& node = start(options_of(broker().url() + "?heartbeat=1"));
  // Three times what the broker waits for one.
  EXPECT_FALSE(poll_until([&] { return !node.way().not_ready_reason().empty(); }, 6s));
  EXPECT_THAT(node.metrics(), HasSubstr("acta_way_in_connections_lost_total"));
  EXPECT_THAT(node.metrics(), Not(HasSubstr("acta_way_in_connections_lost_total{")));
}

}  // namespace
}  // namespace acta::testing
