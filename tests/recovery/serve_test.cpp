// A server among other processes: one writer to a journal, readers beside it, and an end that
// leaves nobody without an answer.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "tests/recovery/bank_program.hpp"
#include "tests/recovery/traffic.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class serving : public ::testing::Test {
protected:
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  temporary_directory directory_;
  const pkdd99_file made_ = generate({});
  const expected_balances expected_ = add_up(made_.good);
  traffic clients_{made_.good, 8};
};

TEST_F(serving, leaves_the_journal_to_the_one_that_came_first) {
  bank_server first{data()};
  const auto file = (directory_.path() / "trans.asc").string();
  write_file(file, made_.text);
  const auto serve_too = [&] {
    return run_bank({"serve", "--listen", "127.0.0.1:0", "--data", data()});
  };
  std::vector seconds{serve_too(), run_bank({"import", "--data", data(), file})};
  // As a restore over the directory does.
  EXPECT_TRUE(std::filesystem::remove(std::filesystem::path{data()} / "LOCK"));
  seconds.push_back(serve_too());
  for (const auto& second : seconds) {
    EXPECT_EQ(second.ended.code, 1) << "signal " << second.ended.signal;
    EXPECT_EQ(second.out, "");
    EXPECT_EQ(std::count(second.err.begin(), second.err.end(), '\n'), 1) << second.err;
    EXPECT_NE(second.err.find("in use"), std::string::npos) << second.err;
  }
  http_client client{first.port()};
  EXPECT_EQ(client.get("/readyz").value_or(http_response{}).status, 200);
  EXPECT_EQ(first.stop().code, 0);
}

TEST_F(serving, says_so_when_the_port_is_taken) {
  bank_server first{data()};
  const std::vector<std::string> options{"--listen", "127.0.0.1:" + std::to_string(first.port()),
                                         "--data", (directory_.path() / "other").string()};
  auto with_command = options;
  with_command.insert(with_command.begin(), "serve");
  for (const auto& arguments : {with_command, options}) {
    const auto second = run_bank(arguments);
    EXPECT_EQ(second.ended.code, 1) << "signal " << second.ended.signal;
    EXPECT_NE(second.err.find("cannot listen"), std::string::npos) << second.err;
    EXPECT_EQ(std::count(second.err.begin(), second.err.end(), '\n'), 1) << second.err;
  }
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "other")) << "made for nothing";
}

TEST_F(serving, warns_of_nothing_where_it_cannot_listen) {
  // An address that is not this machine's (RFC 5737), and can be reached from elsewhere.
  const auto run = run_bank({"serve", "--listen", "192.0.2.1:0", "--data", data()});
  EXPECT_EQ(run.ended.code, 1);
  EXPECT_EQ(run.err.rfind("bank: cannot listen", 0), 0U) << run.err;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

TEST_F(serving, answers_all_it_accepted_when_it_is_told_to_stop) {
  bank_server server{data()};
  clients_.start(server.port(), 1500, [&] { server.program().send(SIGTERM); });
  clients_.join();
  const auto ended = server.program().wait();
  ASSERT_TRUE(ended) << "it does not end";
  EXPECT_EQ(ended->code, 0) << server.program().err();
  EXPECT_GE(clients_.answered(), 1500u);
  // Not one event whose command was not answered, and not one answer without its event.
  const auto logged = logged_commands(data());
  EXPECT_EQ(std::set<std::string>(logged.begin(), logged.end()), clients_.answered_commands());
  EXPECT_EQ(logged.size(), clients_.answered());
  expect_sound(data(), logged.size());
}

TEST_F(serving, goes_on_ignoring_a_signal_that_it_was_started_to_ignore) {
  // As nohup does.
  bank_server server{data(), {"/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh"}};
  server.program().send(SIGHUP);
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_NE(server.program().err().find("\"signal\":\"SIGTERM\""), std::string::npos)
      << server.program().err();
}

TEST_F(serving, stops_at_once_when_its_connections_are_idle) {
  bank_server server{data()};
  http_client idle{server.port()};
  EXPECT_TRUE(idle.get("/healthz"));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(server.stop().code, 0);
  // Well under the 2 seconds that are granted to answers on their way.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{1500});
}

TEST_F(serving, counts_every_request_of_http_by_route_and_status) {
  bank_server server{data()};
  http_client client{server.port()};
  const auto post = [&](const std::string& command, const std::string& body) {
    return client.ask({"POST", "/v1/bank.account/4711/" + command, body})
        .value_or(http_response{})
        .status;
  };
  EXPECT_EQ(post("open", R"({"owner": "Ada"})"), 200);
  EXPECT_EQ(post("open", "{"), 400);
  EXPECT_EQ(client.get("/wp-login.php").value_or(http_response{}).status, 404);
  const std::string series = "acta_way_in_requests_total{via=\"http\",route=\"";
  const std::string command = series + "POST /v1/{aggregate}/{id}/{command}\",status=\"";
  for (const auto& line :
       {command + "200\"} 1\n", command + "400\"} 1\n", series + "other\",status=\"404\"} 1\n",
        std::string{
            "acta_way_in_request_duration_seconds_count{via=\"http\",route=\"other\"} 1\n"}}) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    std::string metrics;
    do metrics = client.get("/metrics").value_or(http_response{}).body;
    while (metrics.find(line) == std::string::npos && std::chrono::steady_clock::now() < until);
    EXPECT_NE(metrics.find(line), std::string::npos) << line << "is not in\n" << metrics;
  }
  EXPECT_EQ(server.stop().code, 0);
}

TEST_F(serving, answers_to_the_names_it_was_given) {
  const auto status = [](bank_server& server, const std::string& host) {
    http_request asking{"GET", "/v1"};
    asking.host = host;
    return http_client{server.port()}.ask(asking).value_or(http_response{}).status;
  };
  bank_server server{
      data(), {"/bin/sh", "-c", "exec \"$@\" --host bank.example --host second.example", "sh"}};
  for (const auto* host : {"bank.example", "second.example", "localhost", "127.0.0.1"})
    EXPECT_EQ(status(server, host), 200) << host;
  EXPECT_EQ(status(server, "evil.example"), 421);
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_EQ(server.program().err().find("every_host_taken"), std::string::npos);
  const auto refused = run_bank({"serve", "--data", data(), "--host", "a b"});
  EXPECT_GE(refused.ended.code, 100);
  EXPECT_NE(refused.err.find("'a b' is no host name"), std::string::npos) << refused.err;
}

TEST_F(serving, warns_once_when_it_can_be_reached_from_elsewhere_under_every_name) {
  child_process program{bank_command({"serve", "--listen", "0.0.0.0:0", "--data", data()})};
  ASSERT_TRUE(program.printed("/metrics")) << program.err();
  program.send(SIGTERM);
  ASSERT_TRUE(program.wait());
  const auto log = program.err();
  const auto first = log.find("\"level\":\"warning\",\"event\":\"every_host_taken\"");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_NE(log.find("--host NAME", first), std::string::npos) << log;
  EXPECT_EQ(log.find("every_host_taken", first + 40), std::string::npos) << log;
}

TEST_F(serving, goes_on_reading_and_says_why_when_its_files_may_not_grow) {
  std::size_t opened = 0;
  {
    bank_server server{data(), {"/bin/sh", "-c", "ulimit -f 400; exec \"$@\"", "sh"}};
    http_client client{server.port()};
    const auto body = nlohmann::json{{"owner", std::string(10'000, 'A')}}.dump();
    const auto open = [&] {
      const auto target = "/v1/bank.account/" + std::to_string(opened) + "/open";
      return client.ask({"POST", target, body}).value_or(http_response{});
    };
    auto last = open();
    for (; last.status == 200 && opened < 1'000; last = open()) ++opened;
    EXPECT_EQ(last.status, 503) << last.body;
    EXPECT_NE(last.body.find("outcome_unknown"), std::string::npos) << last.body;
    EXPECT_EQ(client.get("/v1/bank.account/0").value_or(http_response{}).status, 200);
    const auto ready = client.get("/readyz").value_or(http_response{});
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find("File too large"), std::string::npos) << ready.body;
    EXPECT_EQ(ready.body.find(directory_.path().string()), std::string::npos) << ready.body;
    const auto metrics = client.get("/metrics").value_or(http_response{}).body;
    EXPECT_NE(metrics.find("acta_journal_read_only 1"), std::string::npos) << metrics;
    EXPECT_EQ(server.stop().code, 1) << "it did not go well";
    std::size_t told = 0;
    std::istringstream lines{server.program().err()};
    for (std::string line; std::getline(lines, line);) {
      const auto one = nlohmann::json::parse(line, nullptr, false);
      if (one.value("event", "") != "journal_read_only") continue;
      ++told;
      EXPECT_EQ(one.value("level", ""), "error");
      EXPECT_NE(one.value("reason", "").find("File too large"), std::string::npos) << line;
    }
    EXPECT_EQ(told, 1U) << server.program().err();
  }
  EXPECT_GT(opened, 0U);
  bank_server again{data()};
  http_client client{again.port()};
  const auto newest = "/v1/bank.account/" + std::to_string(opened - 1);
  EXPECT_EQ(client.get(newest).value_or(http_response{}).status, 200);
  EXPECT_EQ(again.stop().code, 0);
}

TEST_F(serving, ends_in_words_when_every_write_fails_from_some_moment_on) {
  bank_server server{data()};
  http_client client{server.port()};
  const auto open = [&](const std::string& id) {
    return client.ask({"POST", "/v1/bank.account/" + id + "/open", R"({"owner":"Ann"})"})
        .value_or(http_response{})
        .status;
  };
  EXPECT_EQ(open("1"), 200);
  const rlimit nothing{0, 0};
  ASSERT_EQ(::prlimit(server.program().id(), RLIMIT_FSIZE, &nothing, nullptr), 0);
  EXPECT_EQ(open("2"), 503);
  const auto ended = server.stop();
  EXPECT_EQ(ended.signal, 0) << server.program().err();
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(server.program().err().find("journal_read_only"), std::string::npos);
  EXPECT_NE(server.program().err().find("\"event\":\"stopped\""), std::string::npos);
}

TEST_F(serving, ends_with_1_when_only_the_last_flush_of_its_journal_fails) {
  bank_server server{data()};
  http_client client{server.port()};
  const auto opened = client.ask({"POST", "/v1/bank.account/1/open", R"({"owner":"Ann"})"});
  ASSERT_EQ(opened.value_or(http_response{}).status, 200);
  const rlimit nothing{0, 0};
  ASSERT_EQ(::prlimit(server.program().id(), RLIMIT_FSIZE, &nothing, nullptr), 0);
  EXPECT_EQ(server.stop().code, 1);
  EXPECT_NE(server.program().err().find("journal_read_only"), std::string::npos)
      << server.program().err();
}

TEST_F(serving, tells_clients_no_path_however_its_directory_was_given) {
  const auto secret = directory_.path() / "home ann, secret";
  for (const auto& given : {std::string{"../home ann, secret/ledger"}, (secret / "ledger").string(),
                            std::string{"../cwd/elsewhere"}}) {
    std::filesystem::remove_all(secret);
    std::filesystem::create_directories(secret);
    std::filesystem::create_directories(directory_.path() / "cwd");
    bank_server server{
        given, {"/bin/sh", "-c", "cd \"$0\"; exec \"$@\"", (directory_.path() / "cwd").string()}};
    http_client client{server.port()};
    const auto ask = [&](const char* target, const char* body) {
      return client.ask({"POST", target, body}).value_or(http_response{}).status;
    };
    EXPECT_EQ(ask("/v1/bank.account/1/open", R"({"owner":"Ann"})"), 200);
    const auto place =
        given.front() == '/' ? std::filesystem::path{given} : directory_.path() / "cwd" / given;
    std::string log;
    for (const auto& entry : std::filesystem::directory_iterator{place})
      if (entry.path().extension() == ".log") log = entry.path().filename().string();
    std::filesystem::remove(place / log);
    EXPECT_EQ(ask("/v1/bank.account/1/deposit", R"({"minor_units":1})"), 503);
    const auto ready = client.get("/readyz").value_or(http_response{});
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.body.find(log), std::string::npos) << ready.body;
    for (const auto* told : {"home", "secret", "ledger", "cwd", "elsewhere", "../"})
      EXPECT_EQ(ready.body.find(told), std::string::npos) << told << " " << ready.body;
    EXPECT_EQ(server.stop().code, 1);
  }
}

TEST_F(serving, says_what_a_crash_tore_when_it_starts_again) {
  {
    bank_server server{data()};
    clients_.start(server.port(), 100, [&] { server.program().send(SIGKILL); });
    clients_.join();
    server.program().kill();
  }
  std::filesystem::path log;
  for (const auto& entry : std::filesystem::directory_iterator{data()})
    if (entry.path().extension() == ".log") log = entry.path();
  std::ofstream{log, std::ios::app | std::ios::binary} << "torn";
  const auto verified = run_bank({"verify", "--data", data()});
  EXPECT_EQ(verified.ended.code, 0) << verified.out;
  EXPECT_NE(verified.out.find("note: " + log.string() + ": its last"), std::string::npos)
      << verified.out;
  for (const auto* command : {"log", "balances"}) {
    const auto read = run_bank({command, "--data", data()});
    EXPECT_EQ(read.err.rfind("note: " + log.string() + ": its last", 0), 0u) << read.err;
  }
  bank_server server{data()};
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_NE(server.program().err().find("\"level\":\"warning\",\"event\":\"log_tail_dropped\""),
            std::string::npos)
      << server.program().err();
}

TEST_F(serving, lets_others_read_the_journal_meanwhile) {
  bank_server server{data()};
  std::promise<void> some;
  clients_.start(server.port(), 500, [&] { some.set_value(); });
  some.get_future().wait();
  // While it writes: what they see is a beginning of the log, and sound.
  const auto verified = run_bank({"verify", "--json", "--data", data()});
  EXPECT_EQ(verified.ended.code, 0) << verified.out << verified.err;
  EXPECT_GE(verified.json().value("events", 0), 500);
  EXPECT_GE(logged_commands(data()).size(), 500u);
  EXPECT_EQ(run_bank({"balances", "--csv", "--data", data()}).ended.code, 0);
  clients_.join();
  EXPECT_EQ(clients_.answered(), clients_.size());
  // When all is answered, they see all.
  EXPECT_EQ(balances_of(data()), as_csv(expected_));
  expect_sound(data(), clients_.size());
  EXPECT_EQ(wrong_balances(server.port(), expected_), std::vector<std::string>{});
  EXPECT_EQ(server.stop().code, 0);
}

}  // namespace
}  // namespace acta::testing
