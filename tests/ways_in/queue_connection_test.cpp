// The connection to a broker: refused, away, blocked, lost, and encrypted.
#include "tests/ways_in/queue_consumer.hpp"

namespace acta::testing {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

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
