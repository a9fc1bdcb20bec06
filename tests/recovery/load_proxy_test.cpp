// The audit of the load harness against a proxy that lies about a real service, and against one
// that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <map>
#include <optional>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/forwarding_proxy.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using clock = std::chrono::steady_clock;
using service = forwarding_proxy::service;

/// A request for an aggregate: "bank.account/load-7", and the command, or nothing.
struct asked {
  std::string stream;
  std::string command;
  bool is_read = false;
};
asked asked_of(const http_call& call) {
  constexpr std::string_view before = "/v1/";
  if (!call.target.starts_with(before)) return {};
  auto rest = call.target.substr(before.size());
  const auto id_end = rest.find('/', rest.find('/') + 1);
  if (id_end == std::string::npos) return {rest, "", call.method == "GET"};
  return {rest.substr(0, id_end), call.method == "POST" ? rest.substr(id_end + 1) : ""};
}
std::uint64_t version_in(const http_answer& answer) {
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  return body.is_object() ? body.value("version", std::uint64_t{0}) : 0;
}

/// Tells one lie, when enough deposits were answered, and is honest before and after it.
class liar {
public:
  virtual ~liar() = default;

  http_answer answer(const http_call& call, const service& real) {
    const auto what = asked_of(call);
    if (is_time() && wants(what) && !told_.exchange(true)) {
      auto untrue = lie(call, real);
      const std::lock_guard lock{mutex_};
      about_ = what.stream;
      return untrue;
    }
    auto honest = real(call);
    if (honest.status == 200) note(what, honest);
    return honest;
  }
  /// The stream that it lied about.
  std::string about() {
    const std::lock_guard lock{mutex_};
    return about_;
  }

protected:
  virtual bool wants(const asked& what) { return what.command == "deposit"; }
  virtual http_answer lie(const http_call& call, const service& real) = 0;
  virtual void note(const asked& what, const http_answer&) {
    if (what.command == "deposit") ++deposits_;
  }
  std::mutex mutex_;

private:
  bool is_time() const { return deposits_ >= 60 && !told_; }

  std::atomic<int> deposits_{0};
  std::atomic<bool> told_{false};
  std::string about_;
};

class answers_without_forwarding final : public liar {
protected:
  /// Of an aggregate whose last answer it can show once more.
  bool wants(const asked& what) override {
    const std::lock_guard lock{mutex_};
    return liar::wants(what) && last_.contains(what.stream);
  }
  http_answer lie(const http_call& call, const service&) override {
    const std::lock_guard lock{mutex_};
    return last_.at(asked_of(call).stream);
  }
  void note(const asked& what, const http_answer& answer) override {
    liar::note(what, answer);
    const std::lock_guard lock{mutex_};
    if (what.command == "deposit") last_[what.stream] = answer;
  }

private:
  std::map<std::string, http_answer> last_;
};

class forwards_and_refuses final : public liar {
protected:
  http_answer lie(const http_call& call, const service& real) override {
    EXPECT_EQ(real(call).status, 200);
    return {
        422, "application/problem+json",
        R"({"title": "no", "status": 422, "code": "closed", "effect": "none", "retry": false})"};
  }
};

class forwards_twice final : public liar {
public:
  /// `other`: makes another command id of the first.
  explicit forwards_twice(std::function<std::string(const std::string&)> other)
      : other_{std::move(other)} {}

protected:
  http_answer lie(const http_call& call, const service& real) override {
    auto again = call;
    again.headers.clear();
    again.headers.emplace("idempotency-key", other_(call.header("idempotency-key")));
    auto first = real(call);
    EXPECT_EQ(real(again).status, 200);
    return first;
  }

private:
  const std::function<std::string(const std::string&)> other_;
};

class shows_an_old_view final : public liar {
protected:
  /// Of an aggregate of which the harness was shown a newer version some time ago.
  bool wants(const asked& what) override {
    const std::lock_guard lock{mutex_};
    const auto found = seen_.find(what.stream);
    if (!what.is_read || found == seen_.end()) return false;
    const auto& its = found->second;
    return its.first && its.newest > version_in(*its.first) && clock::now() - its.since > 300ms;
  }
  http_answer lie(const http_call& call, const service&) override {
    const std::lock_guard lock{mutex_};
    return *seen_.at(asked_of(call).stream).first;
  }
  void note(const asked& what, const http_answer& answer) override {
    liar::note(what, answer);
    const std::lock_guard lock{mutex_};
    auto& its = seen_[what.stream];
    if (what.is_read && !its.first) its.first = answer;
    if (version_in(answer) <= its.newest) return;
    its.newest = version_in(answer);
    its.since = clock::now();
  }

private:
  struct shown {
    std::optional<http_answer> first;
    std::uint64_t newest = 0;
    clock::time_point since;
  };
  std::map<std::string, shown> seen_;
};

class counts_wrong final : public liar {
protected:
  http_answer lie(const http_call& call, const service& real) override {
    auto answer = real(call);
    auto body = nlohmann::json::parse(answer.body);
    body["version"] = body.at("version").get<std::uint64_t>() + 1;
    answer.body = body.dump();
    return answer;
  }
};

class load_proxy : public ::testing::Test {
protected:
  std::string scenario(const std::string& time, const std::string& with = {}) {
    const auto file = (directory_.path() / "scenario.json").string();
    std::ofstream{file} << R"({
      "name": "small", "aggregate": "bank.account", "keys": {"count": 30, "law": "zipf"},
      "prepare": [{"command": "open", "payload": {"owner": {"$id": true}, "overdraft_limit": 0}}],
      "mix": [{"command": "deposit", "weight": 7,
               "payload": {"minor_units": {"$integer": [1, 500]}, "reference": "load"}},
              {"read": true, "weight": 3}],)"
                        << with << R"("phases": [{"rate": 150, "for": ")" << time << R"("}]})";
    return file;
  }
  static bank_run run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    return run_bank(std::move(arguments), LOAD_PROGRAM);
  }
  /// Runs against a proxy that tells this lie, and expects that the audit finds this wrong.
  void expect_found(liar& lying, const std::string& wrong,
                    const std::vector<std::string>& with = {}) {
    const bank_server real{data()};
    const forwarding_proxy before{real.port(), [&](const http_call& call, const service& to) {
                                    return lying.answer(call, to);
                                  }};
    std::vector<std::string> arguments{scenario("2s"), "--url", before.url(), "--data", data()};
    arguments.insert(arguments.end(), with.begin(), with.end());
    const auto all = run(arguments);
    ASSERT_NE(lying.about(), "") << "it told no lie: " << all.err;
    EXPECT_EQ(all.ended.code, 3) << all.out << all.err;
    EXPECT_THAT(all.out, HasSubstr("audit: FAILED"));
    EXPECT_THAT(all.out, HasSubstr("  " + wrong + ": " + lying.about() + ": "));
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }

  temporary_directory directory_;
};

TEST_F(load_proxy, that_answers_a_command_without_forwarding_it_is_found_out) {
  answers_without_forwarding lying;
  expect_found(lying, "lost");
}

TEST_F(load_proxy, that_refuses_a_command_which_it_forwarded_is_found_out) {
  forwards_and_refuses lying;
  expect_found(lying, "after_refusal");
}

TEST_F(load_proxy, that_forwards_a_command_twice_by_ids_of_the_run_is_found_out) {
  forwards_twice lying{[](const std::string& id) { return id + "000000"; }};
  expect_found(lying, "nobody_asked");
}

TEST_F(load_proxy, that_shows_an_older_version_than_before_is_found_out) {
  shows_an_old_view lying;
  expect_found(lying, "stale_read");
}

TEST_F(load_proxy, that_answers_with_another_version_is_found_out) {
  counts_wrong lying;
  expect_found(lying, "other_version");
}

TEST_F(load_proxy, that_is_honest_raises_no_alarm_however_often_the_service_is_killed) {
  const auto port = free_port();
  const forwarding_proxy before{port};
  const auto report = (directory_.path() / "report.json").string();
  const auto all = run({scenario("12s", R"("retry": {"times": 5, "after": "50ms"},)"), "--url",
                        before.url(), "--data", data(), "--start",
                        std::string{BANK_PROGRAM} + " serve --log-level error --listen 127.0.0.1:" +
                            std::to_string(port) + " --data " + data(),
                        "--kill-every", "250ms", "--report", report});
  // On a busy machine the generator may be late, which is exit code 4.
  EXPECT_THAT(all.ended.code, AnyOf(Eq(0), Eq(4))) << all.out << all.err;
  EXPECT_THAT(all.out, HasSubstr("audit: passed"));
  std::ifstream from{report};
  const auto run = nlohmann::json::parse(from)["runs"][0];
  EXPECT_GE(run["kills"], 5);
  EXPECT_EQ(run["phases"][0]["kills_at"].size(), run["kills"]);
  EXPECT_GT(run["audit"]["acknowledged"], 100);
}

TEST_F(load_proxy, that_hangs_in_the_audit_does_not_hold_a_run_that_is_interrupted) {
  std::promise<void> over;
  const bank_server real{data()};
  const forwarding_proxy before{
      real.port(), [over = over.get_future().share()](const http_call& call, const service& to) {
        if (call.target.find("/events") != std::string::npos) over.wait();
        return to(call);
      }};
  child_process running{
      bank_command({"run", scenario("1s"), "--url", before.url(), "--data", data()}, LOAD_PROGRAM)};
  ASSERT_TRUE(poll_until([&] { return running.err().find("audit") != std::string::npos; }));
  running.send(SIGINT);
  const auto ended = running.wait(10s);
  over.set_value();
  ASSERT_TRUE(ended) << "it waits";
  EXPECT_EQ(ended->code, 3) << running.err();
  EXPECT_THAT(running.out(), HasSubstr("audit: NOT DONE: it was stopped after 0 streams"));
  EXPECT_THAT(running.out(), HasSubstr("STOPPED before its end: a signal"));
}

}  // namespace

}  // namespace acta::testing
