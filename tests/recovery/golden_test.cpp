// Journals that earlier versions wrote: every later version reads each of their events as it was,
// and goes on with them. golden/README.md says how they were made.
#include <algorithm>
#include <fstream>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

/// A journal, the program that knows its domain, and what it must answer.
struct golden_journal {
  std::string name;
  std::string program;
  std::size_t events;
  http_request repeat;    ///< A command that the journal has: answered as a repeat.
  http_request another;   ///< One that it does not have.
  std::uint64_t version;  ///< Of the aggregate after that.

  friend std::ostream& operator<<(std::ostream& out, const golden_journal& one) {
    return out << one.name;
  }
};

http_request measure(const std::string& id, const std::string& key, const std::string& body) {
  return {"POST", "/v1/golden.gauge/" + id + "/measure", body, key};
}

const std::string one_more = R"({"value":7,"at":"2026-11-26T00:00:00Z"})";
// As it was sent, and as somebody sends it who leaves out what has a fallback.
const std::string third = R"({"value":1.5,"at":"1970-01-01T00:00:00.000003Z","note":"third"})";
const std::string third_in_full =
    R"({"value":1.5,"at":"1970-01-01T00:00:00.000003Z","note":"third","unit":"m","raw":""})";

const std::vector<golden_journal> journals{
    {"journal-1",
     BANK_PROGRAM,
     42,
     {"POST", "/v1/bank.account/1/withdraw", R"({"minor_units":42,"reference":"rent"})",
      "golden-42"},
     {"POST", "/v1/bank.account/1/deposit", R"({"minor_units":1})"},
     14},
    {"clean", GOLDEN_PROGRAM, 8, measure("a", "a-3", third), measure("a", "new", one_more), 6},
    {"killed", GOLDEN_PROGRAM, 8, measure("a", "a-3", third_in_full), measure("b", "new", one_more),
     4},
    {"snapshots", GOLDEN_PROGRAM, 70,
     measure("a", "a-49", R"({"value":24.5,"at":"1970-01-01T00:00:00.000049Z"})"),
     measure("b", "new", one_more), 21},
};

class golden : public ::testing::TestWithParam<golden_journal> {
protected:
  void SetUp() override { std::filesystem::copy(kept(), data()); }
  [[nodiscard]] static std::filesystem::path all() { return GOLDEN_JOURNALS; }
  [[nodiscard]] static std::filesystem::path kept() { return all() / GetParam().name; }
  [[nodiscard]] static std::string expected() {
    return content_of(all() / (GetParam().name + ".events.jsonl"));
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  [[nodiscard]] static bank_run run(std::vector<std::string> arguments) {
    return run_bank(std::move(arguments), GetParam().program);
  }
  [[nodiscard]] bank_run log() const { return run({"log", "--data", data()}); }
  void expect_sound(std::size_t events) const {
    testing::expect_sound(data(), events, GetParam().program);
  }

  temporary_directory directory_;
};

std::string answer(http_client& client, const http_request& what) {
  const auto got = client.ask(what);
  if (!got) return "no answer";
  return got->status == 200 ? got->body : std::to_string(got->status) + " " + got->body;
}

TEST_P(golden, journal_is_read_as_it_was_written_without_being_touched) {
  expect_sound(GetParam().events);
  const auto told = log();
  EXPECT_EQ(told.ended.code, 0) << told.err;
  EXPECT_EQ(told.out, expected());
  for (const auto& entry : std::filesystem::directory_iterator{data()})
    EXPECT_TRUE(content_of(entry) == content_of(kept() / entry.path().filename()))
        << entry.path() << " was changed by reading";
}

TEST_P(golden, journal_agrees_with_the_events_of_today) {
  for (const auto* name : {"--journal", "--data"}) {
    const auto checked = run({"schema", "check", name, data()});
    EXPECT_EQ(checked.ended.code, 0) << checked.out << checked.err;
  }
}

TEST_P(golden, journal_is_written_on) {
  {
    bank_server server{data(), {}, GetParam().program};
    http_client client{server.port()};
    EXPECT_NE(answer(client, GetParam().repeat).find(R"("repeated":true)"), std::string::npos)
        << answer(client, GetParam().repeat);
    const auto more = answer(client, GetParam().another);
    EXPECT_NE(more.find(R"("version":)" + std::to_string(GetParam().version)), std::string::npos)
        << more;
    EXPECT_EQ(server.stop().code, 0);
  }
  expect_sound(GetParam().events + 1);
  EXPECT_EQ(log().out.substr(0, expected().size()), expected());
}

INSTANTIATE_TEST_SUITE_P(journals, golden, ::testing::ValuesIn(journals), [](const auto& of) {
  auto name = of.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

class golden_gauges : public ::testing::Test {
protected:
  void copy(const std::string& name) {
    std::filesystem::copy(std::filesystem::path{GOLDEN_JOURNALS} / name, data());
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  temporary_directory directory_;
};

TEST_F(golden_gauges, whose_id_holds_a_control_character_are_served) {
  copy("odd");
  bank_server server{data(), {}, GOLDEN_PROGRAM};
  http_client client{server.port()};
  const std::string id = "next%C2%85line";
  const auto seen = client.get("/v1/golden.gauge/" + id);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->status, 200) << seen->body;
  EXPECT_NE(answer(client, measure(id, "new", one_more)).find(R"("version":2)"), std::string::npos);
  EXPECT_NE(answer(client, measure("talkative", "new", one_more)).find(R"("version":2)"),
            std::string::npos);
  EXPECT_EQ(server.stop().code, 0);
}

TEST_F(golden_gauges, of_a_journal_with_contracts_alone_are_begun) {
  copy("unused");
  expect_sound(data(), 0, GOLDEN_PROGRAM);
  bank_server server{data(), {}, GOLDEN_PROGRAM};
  http_client client{server.port()};
  EXPECT_NE(answer(client, measure("a", "new", one_more)).find(R"("version":1)"),
            std::string::npos);
  EXPECT_EQ(server.stop().code, 0);
  expect_sound(data(), 1, GOLDEN_PROGRAM);
}

TEST_F(golden_gauges, of_which_json_has_no_form_are_shown_and_counted) {
  copy("odd");
  const auto verified = run_bank({"verify", "--json", "--data", data()}, GOLDEN_PROGRAM);
  EXPECT_EQ(verified.ended.code, 0) << verified.out << verified.err;
  EXPECT_EQ(verified.json().value("events", 0), 7);
  EXPECT_EQ(verified.json().value("unrepresentable", 0), 4);
  const auto told = run_bank({"log", "--data", data()}, GOLDEN_PROGRAM);
  EXPECT_EQ(told.ended.code, 0) << told.err;
  EXPECT_EQ(std::count(told.out.begin(), told.out.end(), '\n'), 7);
  const std::vector<std::pair<nlohmann::json, std::string>> expected{
      {"NaN", "1970-01-01T00:00:00.000000Z"},
      {"Infinity", "+010000-01-01T00:00:00.000000Z"},
      {"-Infinity", "-000001-01-01T00:00:00.000000Z"},
      {1.0, "1970-01-01T00:00:00.000000Z"},
      {"NaN", "+010000-01-01T00:00:00.000000Z"}};
  bank_server server{data(), {}, GOLDEN_PROGRAM};
  http_client client{server.port()};
  const auto page = client.get("/v1/golden.gauge/odd/events");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->status, 200) << page->body;
  const auto events = nlohmann::json::parse(page->body).at("events");
  ASSERT_EQ(events.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(events[i].at("payload").at("value"), expected[i].first);
    EXPECT_EQ(events[i].at("payload").at("at"), expected[i].second);
    EXPECT_EQ(events[i].contains("unrepresentable"), i != 3);
  }
  const auto seen = client.get("/v1/golden.gauge/odd");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->status, 200) << seen->body;
  EXPECT_EQ(nlohmann::json::parse(seen->body).at("unrepresentable"),
            (nlohmann::json{"last.value", "last.at"}));
  EXPECT_NE(answer(client, measure("odd", "new", one_more)).find(R"("version":6)"),
            std::string::npos);
  EXPECT_EQ(server.stop().code, 0);
}

TEST_F(golden_gauges, forget_what_nobody_stored_and_nothing_else) {
  copy("clean");
  const auto forget = [&](const char* name) {
    return run_bank({"schema", "forget", name, "--data", data()}, GOLDEN_PROGRAM);
  };
  const auto kept = forget("golden.gauge.measured");
  EXPECT_EQ(kept.ended.code, 1);
  EXPECT_NE(kept.err.find("position 1"), std::string::npos) << kept.err;
  const auto forgotten = forget("golden.gauge.calibrated");
  EXPECT_EQ(forgotten.ended.code, 0) << forgotten.err;
  EXPECT_EQ(forgotten.out, "forgot golden.gauge/golden.gauge.calibrated/1\n");
  EXPECT_EQ(forget("golden.gauge.calibrated").ended.code, 1) << "it is not there any more";
  expect_sound(data(), 8, GOLDEN_PROGRAM);
}

}  // namespace
}  // namespace acta::testing
