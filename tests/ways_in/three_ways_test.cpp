// One bank, three ways in: a third of the real file's lines by HTTP, a third from the queue, a
// third by schedules that are due once, while the bank is killed. Each transaction takes effect
// once.
#include <signal.h>

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "actors/model/shown_time.hpp"
#include "runtime/codec/text.hpp"
#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/ways_in/queue.hpp"

namespace acta::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const char* command_of(const booking& one) { return one.credit ? "deposit" : "withdraw"; }

json arguments_of(const booking& one) {
  return {{"minor_units", one.minor_units}, {"reference", one.trans_id}};
}

http_request by_http(const booking& one) {
  return {"POST", "/v1/bank.account/" + one.account_id + "/" + command_of(one),
          arguments_of(one).dump(), one.trans_id};
}

json by_queue(const booking& one) {
  return message_for("bank.account", one.account_id, command_of(one), one.trans_id,
                     arguments_of(one));
}

/// To be added now, and due in a second.
http_request by_schedule(const booking& one) {
  const auto due =
      std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now() + 1s);
  const json plan{{"name", "transaction " + one.trans_id},
                  {"at", to_rfc3339(due)},
                  {"missed", "once"},
                  {"aggregate", "bank.account"},
                  {"id", one.account_id},
                  {"command", command_of(one)},
                  {"arguments", arguments_of(one)}};
  return {"POST", "/schedules", plan.dump(), "add-" + one.trans_id};
}

/// The bookings, and what they must come to.
struct file_of_bank {
  std::vector<booking> all;
  std::string balances;
};
file_of_bank read_file_of_bank() {
  const auto folder = std::filesystem::path{ACTA_SHARED_DATA} / "pkdd99";
  if (!std::filesystem::exists(folder / "expected_balances.csv")) {
    const auto made = generate({.accounts = 300, .transactions = 6'000});
    return {made.good, as_csv(add_up(made.good))};
  }
  return {read_bookings(content_of(folder / "trans.asc")),
          content_of(folder / "expected_balances.csv")};
}

class three_ways : public queue {
protected:
  void SetUp() override {
    queue::SetUp();
    if (IsSkipped()) return;
    start_bank();
  }
  [[nodiscard]] std::string data() const { return (directory() / "data").string(); }
  void start_bank() {
    bank_.emplace(bank_command({"serve", "--listen", "127.0.0.1:0", "--data", data(), "--amqp",
                                broker().url(), "--queue", name(), "--amqp-dead-letter", dead(),
                                "--log-level", "warning"}));
    ASSERT_TRUE(bank_->printed("/metrics")) << bank_->err();
    const std::string before = "serves http://127.0.0.1:";
    const auto out = bank_->out();
    port_ = static_cast<std::uint16_t>(std::stoul(out.substr(out.find(before) + before.size())));
  }
  void kill_bank() {
    port_ = 0;
    EXPECT_EQ(bank_->kill().signal, SIGKILL);
    start_bank();
  }
  /// Sends until each is answered with 200, whichever bank answers.
  template <class Request>
  void send(const std::vector<booking>& some, Request made) {
    std::uint16_t at = 0;
    std::optional<http_client> client;
    for (const auto& one : some) {
      const auto request = made(one);
      for (int status = 0; status != 200 && !HasFatalFailure();) {
        if (const auto now = port_.load(); now != at || !client) {
          at = now;
          client.emplace(at);
        }
        const auto answer = at == 0 ? std::nullopt : client->ask(request);
        status = answer ? answer->status : 0;
        // A transaction that was not tried is tried again; one that is refused would be for ever.
        if (answer && status >= 400 && status < 500) {
          ADD_FAILURE() << answer->body;
          return;
        }
        if (status != 200) std::this_thread::yield();
      }
      ++sent_;
    }
  }
  /// Sends each half on a thread of its own.
  template <class Request>
  void begin(const std::vector<booking>& some, Request made) {
    const auto half = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
    for (const auto& part : {std::vector<booking>{some.begin(), half}, {half, some.end()}})
      threads_.emplace_back([this, part, made] { send(part, made); });
  }
  void join() {
    for (auto& one : threads_) one.join();
    threads_.clear();
  }
  void stop_bank() {
    bank_->send(SIGTERM);
    const auto ended = bank_->wait();
    EXPECT_TRUE(ended && ended->code == 0) << bank_->err();
  }

  std::atomic<std::size_t> sent_{0};

private:
  std::optional<child_process> bank_;
  std::atomic<std::uint16_t> port_{0};
  std::vector<std::thread> threads_;
};

/// How often each transaction took effect, from the log.
std::map<std::string, std::size_t> effects_in(const std::string& data) {
  const auto run = run_bank({"log", "--data", data});
  EXPECT_EQ(run.ended.code, 0) << run.err;
  std::map<std::string, std::size_t> all;
  std::istringstream lines{run.out};
  for (std::string line; std::getline(lines, line);) {
    const auto event = json::parse(line);
    const std::string type = event.at("type");
    if (type == "bank.account.deposited" || type == "bank.account.withdrawn")
      ++all[event.at("payload").at("reference").get<std::string>()];
  }
  return all;
}

TEST_F(three_ways, into_one_bank_that_is_killed_give_each_transaction_its_effect_once) {
  const auto file = read_file_of_bank();
  std::vector<booking> accounts;
  std::set<std::string> ids;
  for (const auto& one : file.all)
    if (ids.insert(one.account_id).second) accounts.push_back(one);
  send(accounts, [](const booking& one) {
    return http_request{"POST", "/v1/bank.account/" + one.account_id + "/open",
                        R"({"owner": "of three ways", "overdraft_limit": null})",
                        "open-" + one.account_id};
  });
  std::vector<booking> thirds[3];
  for (std::size_t i = 0; i < file.all.size(); ++i) thirds[i % 3].push_back(file.all[i]);

  std::vector<json> messages;
  for (const auto& one : thirds[1]) messages.push_back(by_queue(one));
  child_process publisher{client_command({"publish", name(), file_of(messages)})};
  sent_ = 0;
  begin(thirds[0], by_http);
  begin(thirds[2], by_schedule);
  const auto of_both = thirds[0].size() + thirds[2].size();
  for (const std::size_t quarter : {1U, 2U, 3U}) {
    EXPECT_TRUE(poll_until([&] { return sent_ > of_both * quarter / 4; }, 120s));
    kill_bank();
  }
  join();
  EXPECT_TRUE(publisher.printed("published\n", 180s)) << publisher.err();
  EXPECT_TRUE(poll_until([&] { return count(name()) == 0; }, 120s));
  EXPECT_TRUE(poll_until([&] { return balances_of(data()) == file.balances; }, 120s));
  stop_bank();

  EXPECT_EQ(balances_of(data()), file.balances);
  const auto effects = effects_in(data());
  EXPECT_EQ(effects.size(), file.all.size());
  for (const auto& [transaction, times] : effects) EXPECT_EQ(times, 1U) << transaction;
  EXPECT_EQ(run_bank({"verify", "--data", data()}).ended.code, 0);
  EXPECT_EQ(count(dead()), 0U);
}

}  // namespace
}  // namespace acta::testing
