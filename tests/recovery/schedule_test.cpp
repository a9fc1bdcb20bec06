// Schedules of a bank that is killed over and over, in real time: each due time has one effect.
#include <map>
#include <random>

#include "runtime/codec/text.hpp"
#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using nlohmann::json;

constexpr int accounts = 20;
constexpr int kills = 6;

void expect_well(const std::optional<http_response>& answer) {
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
}

/// Every event of a journal, as `log` prints it.
std::vector<json> logged(const std::filesystem::path& data) {
  const auto run = run_bank({"log", "--data", data.string()});
  EXPECT_EQ(run.ended.code, 0) << run.err;
  std::vector<json> all;
  for (std::size_t begin = 0, end = 0; (end = run.out.find('\n', begin)) != std::string::npos;
       begin = end + 1)
    all.push_back(json::parse(run.out.substr(begin, end - begin)));
  return all;
}

bool is_deposit(const json& event) { return event.at("type") == "bank.account.deposited"; }

/// The due times of each account's deposits, in the order of the log.
std::map<std::string, std::vector<timestamp>> deposits(const std::vector<json>& events) {
  std::map<std::string, std::vector<timestamp>> all;
  for (const auto& event : events)
    if (is_deposit(event))
      all[event.at("stream")].push_back(
          from_rfc3339(event.at("payload").at("reference").get<std::string>()).value());
  return all;
}

/// A bank whose accounts get a deposit each second, on which the due time is written.
class ticking_bank {
public:
  void begin() {
    bank_server server{data()};
    http_client client{server.port()};
    for (int i = 0; i < accounts; ++i) {
      const auto id = std::to_string(i);
      expect_well(client.ask({"POST", "/v1/bank.account/" + id + "/open", R"({"owner": "Ann"})"}));
      const json plan{{"name", "tick " + id},
                      {"every", "1s"},
                      {"missed", "each"},
                      {"aggregate", "bank.account"},
                      {"id", id},
                      {"command", "deposit"},
                      {"arguments", {{"minor_units", 1}, {"reference", "${due}"}}}};
      expect_well(client.ask({"POST", "/schedules", plan.dump()}));
    }
    kill_at_a_deposit(server, 2);
  }
  /// Kills a server the moment that one of its accounts has a new deposit, while the others have
  /// theirs, and before the books have all of them.
  void kill_once_more() {
    bank_server server{data()};
    kill_at_a_deposit(server, 1 + chance_() % 2);
  }
  /// Stops the schedules, and the server in good order.
  void end() {
    bank_server server{data()};
    http_client client{server.port()};
    wait_for_deposit(client, 2);
    for (int i = 0; i < accounts; ++i)
      expect_well(client.ask({"POST", "/schedules/tick%20" + std::to_string(i) + "/pause"}));
    EXPECT_EQ(server.stop().code, 0);
  }
  [[nodiscard]] std::filesystem::path data() const { return directory_.path() / "data"; }

private:
  void wait_for_deposit(http_client& client, std::size_t more) {
    const auto account = "/v1/bank.account/" + std::to_string(chance_() % accounts);
    const auto seen = client.get(account);
    expect_well(seen);
    const auto version = json::parse(seen->body).at("version").get<std::uint64_t>();
    expect_well(client.get(account + "?at_least=" + std::to_string(version + more)));
  }
  void kill_at_a_deposit(bank_server& server, std::size_t more) {
    http_client client{server.port()};
    wait_for_deposit(client, more);
    EXPECT_EQ(server.program().kill().signal, SIGKILL);
  }

  temporary_directory directory_;
  std::mt19937 chance_{42};
};

TEST(schedule, has_one_effect_for_each_due_time_however_often_its_server_is_killed) {
  ticking_bank bank;
  bank.begin();
  for (int i = 0; i < kills && !::testing::Test::HasFailure(); ++i) bank.kill_once_more();
  bank.end();
  const auto events = logged(bank.data());
  const auto by_account = deposits(events);
  EXPECT_EQ(by_account.size(), std::size_t{accounts});
  for (const auto& [account, times] : by_account) {
    EXPECT_GE(times.size(), std::size_t{kills});
    for (std::size_t i = 1; i < times.size(); ++i)
      ASSERT_EQ(times[i] - times[i - 1], std::chrono::seconds{1})
          << account << ": the due times follow one another, each once, none left out, at "
          << to_rfc3339(times[i]);
  }
  std::map<std::string, std::string> last;
  std::size_t repeated = 0;
  for (const auto& event : events) {
    if (event.at("type") != "acta.schedule.settled") continue;
    const auto& came = event.at("payload").at("came");
    auto& before =
        last[event.at("stream").get<std::string>() + "/" + event.at("payload").at("number").dump()];
    EXPECT_LT(before, came.at("due").get<std::string>());
    before = came.at("due");
    EXPECT_TRUE(came.at("outcome") == "done" || came.at("outcome") == "repeated") << came;
    repeated += came.at("outcome") == "repeated" ? 1U : 0U;
  }
  EXPECT_GT(repeated, 0U) << "no kill came between an effect and its record";
  std::cout << events.size() << " events, " << repeated << " due times were recognised\n";
  expect_sound(bank.data(), events.size());
}

TEST(schedule, is_added_and_changed_from_the_command_line_beside_a_server_and_without_one) {
  const temporary_directory directory;
  const auto data = (directory.path() / "data").string();
  const auto schedule = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "schedule");
    arguments.insert(arguments.end(), {"--data", data});
    return run_bank(std::move(arguments));
  };
  const auto add = [&] {
    return schedule({"add", "close", "--cron", "0 0 1 * *", "--zone", "Europe/Zurich",
                     "bank.account", "4711", "close_month", R"({"month": "${due:%Y-%m}"})"});
  };
  EXPECT_EQ(add().ended.code, 1) << "there is no journal";
  EXPECT_EQ(bank_server{data}.stop().code, 0);
  const auto closing = add();
  EXPECT_EQ(closing.ended.code, 0) << closing.err;
  EXPECT_EQ(closing.out, "added close\n");
  {
    bank_server server{data};
    http_client client{server.port()};
    expect_well(client.ask({"POST", "/v1/bank.account/4711/open", R"({"owner": "Ann"})"}));
    const auto ran = schedule({"run-now", "close", "--command-id", "k"});
    EXPECT_EQ(ran.ended.code, 0) << ran.err;
    const auto events = client.get("/v1/bank.account/4711/events");
    ASSERT_TRUE(events);
    EXPECT_NE(events->body.find("bank.account.month_closed"), std::string::npos) << events->body;
    EXPECT_EQ(schedule({"pause", "close"}).out, "paused close\n");
    EXPECT_EQ(schedule({"pause", "nothing"}).err, "bank: there is no schedule 'nothing'\n");
    EXPECT_EQ(server.stop().code, 0);
  }
  const auto listed = schedule({"list"});
  EXPECT_NE(listed.out.find("close  0 0 1 * * Europe/Zurich  bank.account/4711  close_month"),
            std::string::npos)
      << listed.out;
  EXPECT_NE(listed.out.find("paused"), std::string::npos);
  EXPECT_NE(listed.out.find("missed: once; number 1 of acta.schedule/"), std::string::npos);
  EXPECT_EQ(schedule({"resume", "close"}).ended.code, 0);
  const auto all = schedule({"list", "--json"}).json();
  EXPECT_EQ(all.at("schedules").at(0).at("next").size(), 3U);
  EXPECT_EQ(schedule({"cancel", "close"}).out, "cancelled close\n");
  EXPECT_EQ(schedule({"list"}).out, "");
  const auto wrong = schedule({"add", "a", "--cron", "61 * * * *", "bank.account", "1", "deposit"});
  EXPECT_EQ(wrong.ended.code, 1);
  EXPECT_EQ(wrong.err, "bank: cron: the minute field is '61': '61' is not from 0 to 59\n");
  EXPECT_GE(schedule({"add", "a", "bank.account", "1", "deposit"}).ended.code, 100);
}

}  // namespace
}  // namespace acta::testing
