// What becomes of messages that cannot be carried out.
#include <sys/resource.h>

#include <map>

#include "tests/ways_in/queue_consumer.hpp"

namespace acta::testing {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

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

}  // namespace
}  // namespace acta::testing
