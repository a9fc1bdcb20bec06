// Ids, keys and texts that a terminal would obey, as earlier versions took them: they are served,
// and what commands print of them is harmless.
#include <algorithm>
#include <future>

#include "actors/model/describe.hpp"
#include "apps/bank/domain/account.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

using namespace internal;
namespace {

const std::string next_line = "\xc2\x85";   // Cc
const std::string turned = "\xe2\x80\xae";  // Cf: right-to-left override
const std::string hostile = next_line + "," + turned + "\"=";

class hostile_names : public ::testing::Test {
protected:
  void SetUp() override {
    const auto opened = open_rocksdb_journal({data()});
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    bank::opened event{hostile, 0};
    std::vector<append_request> batch(1);
    batch[0].stream = {bank::account::type, hostile};
    batch[0].writer = {1, 1};
    batch[0].metadata.command_id = hostile;
    batch[0].metadata.principal = hostile;
    batch[0].events.push_back({"bank.account.opened", 1, {}});
    ASSERT_TRUE(cbor_codec{}
                    .encode([&](visitor& v) { return visit(v, event); }, batch[0].events[0].payload)
                    .ok());
    std::promise<append_status> done;
    (*opened)->append(std::move(batch),
                      [&](const auto& results) { done.set_value(results[0].status); });
    ASSERT_EQ(done.get_future().get(), append_status::stored);
  }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (directory_.path() / name).string();
  }
  [[nodiscard]] std::string data() const { return at("data"); }
  static void expect_harmless(const bank_run& run) {
    for (const auto& text : {run.out, run.err}) {
      EXPECT_EQ(text.find(next_line), std::string::npos) << text;
      EXPECT_EQ(text.find(turned), std::string::npos) << text;
      EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) {
        return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f;
      })) << text;
    }
  }
  temporary_directory directory_;
};

TEST_F(hostile_names, are_printed_so_that_no_terminal_obeys_them) {
  const auto log = run_bank({"log", "--data", data()});
  expect_harmless(log);
  EXPECT_EQ(log.json().value("stream", ""), "bank.account/" + hostile);
  EXPECT_EQ(log.json().value("command_id", ""), hostile);
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"balances"},
           {"balances", "--csv"},
           {"verify"},
           {"verify", "--json"},
           {"log", "--stream", "bank.account/\x1b[2J" + hostile},
           {"log", "--data", data() + hostile},
           {"verify", "--data", data() + hostile + "\n"},
           {"verify", "--json", "--data", data() + hostile},
           {"schema", "check", "--file", hostile},
           {"backup", (directory_.path() / (hostile + "\x1b")).string()},
           {"backup", (directory_.path() / hostile / hostile).string()},
           {"import", hostile},
           {hostile},
           {"log", "--from", hostile},
           {"serve", "--listen", hostile}}) {
    auto all = arguments;
    const auto takes_data = std::find(all.begin(), all.end(), "--data") == all.end() &&
                            all.front() != "schema" && all.front() != hostile;
    if (takes_data) all.insert(all.begin() + 1, {"--data", data()});
    const auto run = run_bank(all);
    expect_harmless(run);
    EXPECT_NE(run.out + run.err, "") << arguments.front();
  }
}

TEST_F(hostile_names, with_a_line_feed_do_not_make_a_second_message) {
  const std::string faked = "x\nbank: all is well";
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {faked},
           {"log", faked},
           {"log", "--data", data(), "--stream", faked},
           {"log", "--data", faked},
           {"log", "--from", faked},
           {"log", "--limit", faked},
           {"balances", "--data", faked},
           {"verify", "--data", faked},
           {"repair", "--data", faked},
           {"backup", "--data", faked, at("backup")},
           {"backup", "--data", data(), at(faked) + "/below"},
           {"backup", "--rate", faked, "--data", data(), at("backup")},
           {"import", "--data", at("new"), faked},
           {"schema", "check", "--file", faked},
           {"schema", "check", "--journal", faked},
           {"schema", "forget", faked, "--data", data()},
           {"schema", "lock", "--file", faked + "/below"},
           {"serve", "--listen", faked},
           {"serve", "--host", faked},
           {"serve", "--log-level", faked},
           {"serve", "--listen", "127.0.0.1:0", "--data", at("data/CURRENT/") + faked}}) {
    const auto run = run_bank(arguments);
    EXPECT_GE(run.ended.code, 1) << arguments.front();
    EXPECT_EQ((run.out + run.err).find("\nbank: all"), std::string::npos) << run.out << run.err;
    EXPECT_NE((run.out + run.err).find("x\\u000abank: all"), std::string::npos)
        << arguments.front() << " " << run.out << run.err;
  }
}

TEST_F(hostile_names, in_a_file_are_shown_by_import_as_all_that_is_printed_is) {
  write_file(at("file"), "a\x1b[2J" + next_line + "\n");
  const auto run = run_bank({"import", "--data", at("new"), at("file")});
  EXPECT_EQ(run.ended.code, 2);
  expect_harmless(run);
  EXPECT_NE(run.out.find("a\\u001b[2J\\u0085"), std::string::npos) << run.out;
}

TEST_F(hostile_names, are_one_field_of_csv) {
  EXPECT_EQ(balances_of(data()),
            "account_id,transactions,balance_minor_units\n\"\\u0085,\\u202e\"\"=\",0,0\n");
}

TEST_F(hostile_names, are_told_from_the_text_that_they_are_printed_as) {
  bank_server server{data()};
  http_client client{server.port()};
  for (const std::string id : {"%E2%80%8C", "%5Cu200c"})
    EXPECT_EQ(client.ask({"POST", "/v1/bank.account/" + id + "/open", R"({"owner":"Ann"})"})
                  .value_or(http_response{})
                  .status,
              200);
  EXPECT_EQ(server.stop().code, 0);
  const auto csv = balances_of(data());
  const auto table = run_bank({"balances", "--data", data()}).out;
  for (const std::string shown : {"\\u200c", "\\\\u200c"}) {
    EXPECT_NE(csv.find("\n" + shown + ",0,0\n"), std::string::npos) << csv;
    EXPECT_NE(table.find(" " + shown + " "), std::string::npos) << table;
  }
}

TEST_F(hostile_names, are_served_where_they_are_and_nowhere_else) {
  bank_server server{data()};
  http_client client{server.port()};
  const auto status = [&](const std::string& id, const std::string& key) {
    const auto target = "/v1/bank.account/" + id + "/open";
    return client.ask({"POST", target, R"({"owner":"Ann"})", key}).value_or(http_response{}).status;
  };
  const std::string known = "%C2%85%2C%E2%80%AE%22%3D";
  EXPECT_EQ(client.get("/v1/bank.account/" + known).value_or(http_response{}).status, 200);
  EXPECT_EQ(client.ask({"POST", "/v1/bank.account/" + known + "/deposit", R"({"minor_units":1})"})
                .value_or(http_response{})
                .status,
            200);
  EXPECT_EQ(client.get("/v1/bank.account/%C2%9B").value_or(http_response{}).status, 404);
  EXPECT_EQ(status("%C2%9B", ""), 400);
  EXPECT_EQ(status("%7F", ""), 400);
  EXPECT_EQ(status("new", "key" + next_line), 400);
  EXPECT_EQ(status("new", "key\x7f"), 400);
  EXPECT_EQ(status("new", "key"), 200);
  EXPECT_EQ(server.stop().code, 0);
  expect_harmless({{}, server.program().out(), server.program().err()});
}

}  // namespace
}  // namespace acta::testing
