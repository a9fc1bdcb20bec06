// The bank as a process behind a queue, while broker and bank are killed in turns; and the real
// file's transactions as messages.
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/ways_in/queue.hpp"

namespace acta::testing {

namespace {

using namespace std::chrono_literals;

nlohmann::json message_of(const booking& one) {
  return message_for("bank.account", one.account_id, one.credit ? "deposit" : "withdraw",
                     one.trans_id, {{"minor_units", one.minor_units}});
}

std::vector<nlohmann::json> openings(const std::vector<booking>& all) {
  std::set<std::string> accounts;
  std::vector<nlohmann::json> made;
  for (const auto& one : all)
    if (accounts.insert(one.account_id).second)
      made.push_back(message_for("bank.account", one.account_id, "open", "open-" + one.account_id,
                                 {{"owner", "of a queue"}, {"overdraft_limit", nullptr}}));
  return made;
}

class queue_killed : public queue, public ::testing::WithParamInterface<const char*> {
protected:
  [[nodiscard]] std::string type() const override { return GetParam(); }
  [[nodiscard]] std::string data() const { return (directory() / "data").string(); }

  void start_bank() {
    bank_.reset();
    bank_ = std::make_unique<child_process>(bank_command(
        {"serve", "--listen", "127.0.0.1:0", "--data", data(), "--amqp", broker().url(), "--queue",
         name(), "--amqp-dead-letter", dead(), "--log-level", "warning"}));
    EXPECT_TRUE(bank_->printed("/metrics")) << bank_->err();
  }
  void stop_bank() {
    bank_->send(SIGTERM);
    const auto ended = bank_->wait();
    EXPECT_TRUE(ended && ended->code == 0) << bank_->err();
    bank_.reset();
  }
  /// Until the queue is empty and stays so when the bank gives back what it holds.
  void finish() {
    EXPECT_TRUE(poll_until([&] { return count(name()) == 0; }, 120s));
    stop_bank();
    for (int i = 0; i < 5 && count(name()) > 0; ++i) {
      start_bank();
      EXPECT_TRUE(poll_until([&] { return count(name()) == 0; }, 60s));
      stop_bank();
    }
    EXPECT_EQ(count(name()), 0u);
  }
  std::unique_ptr<child_process> bank_;
};
INSTANTIATE_TEST_SUITE_P(, queue_killed, ::testing::Values("classic", "quorum"),
                         [](const auto& tested) { return std::string{tested.param}; });

std::size_t messages_wanted() {
  const auto* set = std::getenv("ACTA_MESSAGES");
  return set ? std::stoul(set) : 10'000;
}

TEST_P(queue_killed, gives_each_message_its_effect_once_and_each_refusal_its_reason) {
  const auto wanted = messages_wanted();
  const auto file = generate({.accounts = 200, .transactions = wanted * 8 / 10});
  publish(openings(file.good));
  start_bank();
  EXPECT_TRUE(poll_until([&] { return count(name()) == 0; }, 60s));

  // Some twice, some that nobody can read, some that the bank refuses.
  std::vector<nlohmann::json> all;
  std::map<std::string, std::string> refused;
  for (std::size_t i = 0; i < file.good.size(); ++i) {
    all.push_back(message_of(file.good[i]));
    if (i % 10 == 0) all.push_back(all.back());
    if (i % 20 == 0) {
      const auto id = "unreadable-" + std::to_string(i);
      all.push_back(message_for("bank.account", "1", "deposit", id, {{"minor_units", "many"}}));
      refused[id] = "malformed";
    }
    if (i % 20 == 10) {
      const auto id = "refused-" + std::to_string(i);
      all.push_back(message_for("bank.account", file.good[i].account_id, "open", id,
                                {{"owner", "somebody else"}}));
      refused[id] = "already_open";
    }
  }
  child_process publisher{client_command({"publish", name(), file_of(all)})};
  const auto published = [&](double share) {
    const auto some = static_cast<std::size_t>(share * static_cast<double>(all.size())) / 1'000;
    return publisher.printed("confirmed " + std::to_string(some * 1'000) + ".", 120s);
  };
  ASSERT_TRUE(published(0.2)) << publisher.err();
  bank_->kill();
  start_bank();
  ASSERT_TRUE(published(0.4)) << publisher.err();
  broker().kill();
  ASSERT_TRUE(broker().start()) << broker().log();
  ASSERT_TRUE(published(0.7)) << publisher.err();
  bank_->kill();
  start_bank();
  EXPECT_TRUE(publisher.printed("published\n", 180s)) << publisher.err();
  finish();

  EXPECT_EQ(balances_of(data()), as_csv(add_up(file.good)));
  std::set<std::string> accounts;
  for (const auto& one : file.good) accounts.insert(one.account_id);
  expect_sound(data(), file.good.size() + accounts.size());
  std::map<std::string, std::string> dead_ones;
  for (const auto& one : drain(dead())) dead_ones[one["messageId"]] = one["headers"]["acta-code"];
  EXPECT_EQ(dead_ones, refused);
}

class queue_real_file : public queue_killed {};
INSTANTIATE_TEST_SUITE_P(, queue_real_file, ::testing::Values("classic"));

TEST_P(queue_real_file, ends_in_the_expected_balances) {
  const auto folder = std::filesystem::path{ACTA_SHARED_DATA} / "pkdd99";
  for (const auto& needed : {folder / "trans.asc", folder / "expected_balances.csv"})
    if (!std::filesystem::exists(needed))
      GTEST_SKIP() << needed << " is not there; set ACTA_SHARED_DATA to where pkdd99/ is";
  const auto all = read_bookings(content_of(folder / "trans.asc"));
  publish(openings(all));
  start_bank();
  EXPECT_TRUE(poll_until([&] { return count(name()) == 0; }, 60s));
  std::vector<nlohmann::json> messages;
  messages.reserve(all.size());
  for (const auto& one : all) messages.push_back(message_of(one));
  publish(messages);
  finish();
  EXPECT_EQ(balances_of(data()), content_of(folder / "expected_balances.csv"));
  expect_sound(data(), 49'102 + 1'229);
  EXPECT_EQ(count(dead()), 0u);
}

class queue_command_line : public queue {
protected:
  bank_run serve(std::vector<std::string> more) {
    std::vector<std::string> all{
        "serve",   "--listen", "127.0.0.1:0",        "--data", (directory() / "data").string(),
        "--queue", name(),     "--amqp-dead-letter", dead()};
    for (auto& one : more) all.push_back(std::move(one));
    return run_bank(std::move(all));
  }
};

TEST_F(queue_command_line, ends_with_one_line_without_the_secret_where_the_broker_says_no) {
  const auto file = directory() / "url";
  write_file(file, "amqp://guest:secret@127.0.0.1:" + std::to_string(broker().port()) + "\n");
  const auto run = serve({"--amqp-url-file", file.string(), "--log-level", "error"});
  EXPECT_EQ(run.ended.code, 1);
  EXPECT_THAT(run.err, ::testing::HasSubstr("ACCESS_REFUSED"));
  EXPECT_THAT(run.err, ::testing::Not(::testing::HasSubstr("secret")));
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1);
}

TEST_F(queue_command_line, understands_no_url_that_is_none_and_repeats_nothing_of_it) {
  const auto run = serve({"--amqp", "amqp://guest:secret@broker:amqp"});
  EXPECT_GE(run.ended.code, 100);
  EXPECT_THAT(run.err, ::testing::HasSubstr("--amqp: the port must be"));
  EXPECT_THAT(run.err, ::testing::Not(::testing::HasSubstr("secret")));
}

TEST_F(queue_command_line, is_not_ready_while_the_broker_is_away_if_it_was_asked_to_say_so) {
  child_process bank{
      bank_command({"serve", "--listen", "127.0.0.1:0", "--data", (directory() / "data").string(),
                    "--queue", name(), "--amqp-dead-letter", dead(), "--amqp",
                    "amqp://guest:secret@127.0.0.1:1", "--amqp-readiness"})};
  ASSERT_TRUE(bank.printed("/metrics")) << bank.err();
  const std::string before = "serves http://127.0.0.1:";
  const auto out = bank.out();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(out.substr(out.find(before) + before.size())));
  http_client asking{port};
  const auto ready = asking.get("/readyz");
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 503);
  EXPECT_THAT(ready->body, ::testing::HasSubstr("amqp: connecting"));
  EXPECT_THAT(ready->body, ::testing::Not(::testing::HasSubstr("secret")));
  EXPECT_EQ(asking.get("/healthz")->status, 200);
  bank.send(SIGTERM);
  EXPECT_EQ(bank.wait().value_or(exit_status{}).code, 0) << bank.err();
  EXPECT_THAT(bank.err(), ::testing::HasSubstr("amqp_away"));
  EXPECT_THAT(bank.err(), ::testing::Not(::testing::HasSubstr("secret")));
}

}  // namespace
}  // namespace acta::testing
