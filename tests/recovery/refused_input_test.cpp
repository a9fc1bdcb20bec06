// What cannot be done is told in one line with exit code 1, or 2 for input that is malformed; never
// with a crash.
#include <algorithm>
#include <random>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

void expect_one_line_of_error(const bank_run& run) {
  EXPECT_EQ(run.ended.code, 1) << "signal " << run.ended.signal;
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  EXPECT_EQ(run.err.rfind("bank: ", 0), 0u) << run.err;
}

class refused_input : public ::testing::Test {
protected:
  [[nodiscard]] std::string at(const char* name) const {
    return (directory_.path() / name).string();
  }
  [[nodiscard]] bank_run import_of(std::string_view content) const {
    write_file(at("file"), content);
    return run_bank({"import", "--json", "--data", at("data"), at("file")});
  }
  temporary_directory directory_;
};

TEST_F(refused_input, a_missing_file_is_told) {
  expect_one_line_of_error(run_bank({"import", "--data", at("data"), at("missing")}));
  EXPECT_FALSE(std::filesystem::exists(at("data"))) << "a journal was made for nothing";
}

TEST_F(refused_input, a_directory_in_place_of_the_file_is_told) {
  expect_one_line_of_error(run_bank({"import", "--data", at("data"), directory_.path().string()}));
  EXPECT_FALSE(std::filesystem::exists(at("data"))) << "a journal was made for nothing";
}

TEST_F(refused_input, a_data_directory_that_cannot_be_made_is_told) {
  // Below a file no directory can be made, whoever asks: permissions would not hold up root.
  write_file(at("file"), "");
  for (const std::string& where : {at("file"), at("file") + "/below"}) {
    expect_one_line_of_error(run_bank({"import", "--data", where, at("file")}));
    expect_one_line_of_error(run_bank({"serve", "--listen", "127.0.0.1:0", "--data", where}));
  }
}

TEST_F(refused_input, a_data_directory_without_a_name_is_told) {
  write_file(at("file"), "");
  for (const auto& run : {run_bank({"import", "--data", "", at("file")}),
                          run_bank({"serve", "--listen", "127.0.0.1:0", "--data", ""})}) {
    EXPECT_GE(run.ended.code, 100) << "signal " << run.ended.signal;
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err.find("--data"), std::string::npos) << run.err;
  }
}

TEST_F(refused_input, an_import_that_cannot_begin_is_told_in_json) {
  write_file(at("file"), "");
  for (const auto& run : {run_bank({"import", "--json", "--data", at("data"), at("missing")}),
                          run_bank({"import", "--json", "--data", at("file"), at("file")})}) {
    EXPECT_EQ(run.ended.code, 1);
    EXPECT_NE(run.json().value("problem", ""), "") << run.out;
    EXPECT_FALSE(run.json().contains("lines")) << "there is nothing to count";
    EXPECT_EQ(run.err.rfind("bank: ", 0), 0U) << run.err;
  }
}

TEST_F(refused_input, a_data_directory_without_write_permission_is_told) {
  if (::geteuid() == 0) GTEST_SKIP() << "permissions do not hold up root";
  write_file(at("file"), "");
  std::filesystem::create_directory(at("data"));
  std::filesystem::permissions(
      at("data"), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  expect_one_line_of_error(run_bank({"import", "--data", at("data"), at("file")}));
  std::filesystem::permissions(at("data"), std::filesystem::perms::owner_all);
}

TEST_F(refused_input, commands_that_read_want_a_journal) {
  for (const auto* command : {"log", "balances"})
    expect_one_line_of_error(run_bank({command, "--data", at("none")}));
  const auto verified = run_bank({"verify", "--json", "--data", at("none")});
  EXPECT_EQ(verified.ended.code, 1);
  EXPECT_EQ(verified.json().value("ok", true), false);
  EXPECT_FALSE(verified.json().contains("events")) << "there is nothing to count";
  EXPECT_EQ(run_bank({"verify", "--data", at("none")}).out,
            "CANNOT BE OPENED: there is no journal in " + at("none") + "\n");
  EXPECT_FALSE(std::filesystem::exists(at("none")));
}

TEST_F(refused_input, a_journal_that_cannot_be_opened_is_not_said_to_hold_nothing) {
  std::filesystem::create_directory(at("data"));
  write_file(at("data/CURRENT"), "rubbish");
  const auto verified = run_bank({"verify", "--data", at("data")});
  EXPECT_EQ(verified.ended.code, 1);
  EXPECT_EQ(verified.out.rfind("CANNOT BE OPENED: " + at("data"), 0), 0U) << verified.out;
}

TEST_F(refused_input, a_stream_that_is_not_there_is_told) {
  file_shape small;
  small.transactions = 20;
  small.of_each_kind_malformed = 0;
  const auto made = generate(small);
  EXPECT_EQ(import_of(made.text).ended.code, 0);
  const auto log = [&](const std::string& stream, const std::string& from) {
    return run_bank({"log", "--data", at("data"), "--stream", stream, "--from", from});
  };
  for (const auto* none : {"nonsense", "bank.account/none", "/"}) {
    const auto refused = log(none, "1");
    expect_one_line_of_error(refused);
    EXPECT_NE(refused.err.find("no stream " + std::string{none}), std::string::npos) << refused.err;
  }
  const auto stream = "bank.account/" + made.good.front().account_id;
  EXPECT_NE(log(stream, "1").out, "");
  const auto ended = log(stream, "1000");
  EXPECT_EQ(ended.ended.code, 0) << "it is there, and ends before";
  EXPECT_EQ(ended.out + ended.err, "");
}

TEST_F(refused_input, an_empty_file_is_malformed_in_line_1) {
  for (const std::string_view nothing : {"", "\r\n", "\n\n"}) {
    const auto run = import_of(nothing);
    EXPECT_EQ(run.ended.code, 2) << run.err;
    EXPECT_EQ(run.json()["malformed"][0]["line"], 1) << run.out;
  }
}

TEST_F(refused_input, a_file_without_a_header_has_no_lines_below_it) {
  for (const auto& [text, why] :
       {std::pair{"", "the file is empty; its first line must name the columns"},
        {"a;b\\c\n", "the first line must name a column trans_id, and is 'a;b\\\\c'"}}) {
    write_file(at("file"), text);
    const auto run = run_bank({"import", "--data", at("data"), at("file")});
    EXPECT_EQ(run.ended.code, 2);
    EXPECT_EQ(run.out, "nothing was imported\n  line 1 is malformed: " + std::string{why} + "\n");
  }
}

TEST_F(refused_input, rubbish_is_malformed_whether_instead_of_the_header_or_after_it) {
  std::mt19937 chance{4};
  std::string rubbish;
  for (int i = 0; i < 200'000; ++i) rubbish.push_back(static_cast<char>(chance()));
  EXPECT_EQ(import_of(rubbish).ended.code, 2);
  EXPECT_EQ(import_of(std::string(5'000'000, '\0')).ended.code, 2);

  file_shape small;
  small.transactions = 100;
  small.of_each_kind_malformed = 0;
  const auto good = generate(small);
  const auto run = import_of(good.text + rubbish);
  EXPECT_EQ(run.ended.code, 2) << run.err;
  ASSERT_FALSE(run.json().is_discarded()) << "the rubbish came through into the JSON";
  EXPECT_EQ(run.json()["applied"], 100);
  EXPECT_EQ(run.json()["malformed"][0]["line"], 102);
  EXPECT_EQ(balances_of(at("data")), as_csv(add_up(good.good)));
}

}  // namespace
}  // namespace acta::testing
