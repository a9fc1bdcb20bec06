// The load harness as its users run it, against a service that it kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

class load : public ::testing::Test {
protected:
  std::string scenario(const std::string& with = {}) {
    const auto file = directory_.path() / "scenario.json";
    std::ofstream{file} << R"({
      "name": "small", "aggregate": "bank.account", "keys": {"count": 50, "law": "zipf"},
      "prepare": [{"command": "open", "payload": {"owner": {"$id": true}, "overdraft_limit": 0}}],
      "mix": [{"command": "deposit", "weight": 8,
               "payload": {"minor_units": {"$integer": [1, 500]}, "reference": "load"}},
              {"read": true, "weight": 2}],)"
                        << with << R"("phases": [{"rate": 300, "for": "3s"}]})";
    return file.string();
  }
  bank_run run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    return run_bank(std::move(arguments), LOAD_PROGRAM);
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }

  temporary_directory directory_;
};

// On a busy machine the generator may be late, which is exit code 4.
const auto no_wrong_answer = AnyOf(Eq(0), Eq(4));

TEST_F(load, on_a_node_of_its_own_is_measured_and_audited) {
  const auto report = (directory_.path() / "report.json").string();
  const auto all = run({scenario(), "--report", report});
  EXPECT_THAT(all.ended.code, no_wrong_answer) << all.err;
  EXPECT_THAT(all.out, HasSubstr("audit: passed; 50 streams"));
  std::ifstream from{report};
  EXPECT_EQ(nlohmann::json::parse(from)["audit"]["passed"], true);
}

TEST_F(load, on_a_service_that_is_killed_leaves_no_answer_untrue) {
  const auto url = "http://127.0.0.1:" + std::to_string(free_port());
  const auto all = run({scenario(), "--url", url, "--start",
                        std::string{BANK_PROGRAM} + " serve --log-level error --listen " +
                            url.substr(7) + " --data " + data(),
                        "--kill-every", "700ms", "--connections", "8"});
  EXPECT_THAT(all.ended.code, no_wrong_answer) << all.err;
  EXPECT_THAT(all.out, HasSubstr("audit: passed"));
  EXPECT_THAT(all.out, HasSubstr("unreachable")) << "nobody was asked while it was dead";
  EXPECT_THAT(all.err, HasSubstr("the service was killed "));
  const auto verified = run_bank({"verify", "--data", data()});
  EXPECT_EQ(verified.ended.code, 0) << verified.err;
}

TEST_F(load, that_cannot_begin_says_why_in_a_line_and_starts_nothing) {
  const auto refused = [&](std::vector<std::string> arguments) {
    const auto all = run(std::move(arguments));
    EXPECT_EQ(all.ended.code, 2);
    EXPECT_EQ(all.out, "");
    EXPECT_EQ(std::count(all.err.begin(), all.err.end(), '\n'), 1) << all.err;
    return all.err;
  };
  EXPECT_THAT(refused({"/nowhere"}), HasSubstr("/nowhere: cannot be read"));
  EXPECT_THAT(refused({scenario(R"("wrong": 1,)")}), HasSubstr("wrong: "));
  EXPECT_THAT(refused({scenario(), "--report", "/nowhere/report"}), HasSubstr("cannot be written"));
  EXPECT_THAT(refused({scenario(), "--url", "http://127.0.0.1:" + std::to_string(free_port())}),
              HasSubstr("is not ready"));
  EXPECT_THAT(refused({scenario(), "--url", "ftp://x"}), HasSubstr("--url: "));
  EXPECT_THAT(refused({scenario(), "--url", "http://127.0.0.1:1", "--start", "/nowhere"}),
              HasSubstr("'/nowhere' cannot be started: No such file or directory"));
}

}  // namespace

}  // namespace acta::testing
