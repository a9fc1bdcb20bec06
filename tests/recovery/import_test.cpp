// A file through the command line: what is in it is there afterwards, once, and what is wrong in it
// is named.
#include <regex>
#include <set>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class importing : public ::testing::Test {
protected:
  void SetUp() override { write_file(file(), made_.text); }
  [[nodiscard]] std::string file() const { return (directory_.path() / "trans.asc").string(); }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  bank_run import_it() const { return run_bank({"import", "--json", "--data", data(), file()}); }
  [[nodiscard]] std::size_t accounts() const { return expected_.size(); }

  temporary_directory directory_;
  const pkdd99_file made_ = generate({});
  const expected_balances expected_ = add_up(made_.good);
};

TEST_F(importing, applies_every_good_line_and_names_every_malformed_one) {
  const auto run = import_it();
  EXPECT_EQ(run.ended.code, 2) << run.err;
  const auto told = run.json();
  EXPECT_EQ(told["lines"], made_.good.size() + made_.bad.size());
  EXPECT_EQ(told["applied"], made_.good.size());
  EXPECT_EQ(told["repeated"], 0);
  EXPECT_EQ(told["accounts_opened"], accounts());
  EXPECT_EQ(told["failed"], nlohmann::json::array());
  std::vector<std::uint64_t> named;
  for (const auto& one : told["malformed"]) {
    named.push_back(one["line"]);
    EXPECT_FALSE(one["reason"].get<std::string>().empty());
  }
  EXPECT_EQ(named, made_.bad);
  EXPECT_EQ(balances_of(data()), as_csv(expected_));
  expect_sound(data(), made_.good.size() + accounts());
}

TEST_F(importing, changes_nothing_when_the_file_is_imported_again) {
  import_it();
  const auto before = run_bank({"log", "--data", data()}).out;
  const auto again = import_it();
  EXPECT_EQ(again.ended.code, 2) << again.err;
  EXPECT_EQ(again.json()["applied"], 0);
  EXPECT_EQ(again.json()["repeated"], made_.good.size());
  EXPECT_EQ(again.json()["accounts_opened"], 0);
  EXPECT_EQ(again.json()["accounts_known"], accounts());
  EXPECT_EQ(run_bank({"log", "--data", data()}).out, before);
}

TEST_F(importing, ends_with_0_when_no_line_is_malformed) {
  file_shape clean;
  clean.transactions = 50;
  clean.of_each_kind_malformed = 0;
  write_file(file(), generate(clean).text);
  EXPECT_EQ(import_it().ended.code, 0);
}

TEST_F(importing, ends_with_2_when_a_line_is_malformed_whatever_else_failed) {
  const std::string header =
      "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account\n";
  const std::string of_nothing = "1;7;930101;PRIJEM;;0.00;0.00;;;\n";
  write_file(file(), header + of_nothing + "rubbish\n");
  const auto both = import_it();
  EXPECT_EQ(both.ended.code, 2) << both.err;
  EXPECT_EQ(both.json()["failed"].size(), 1U);
  EXPECT_EQ(both.json()["malformed"].size(), 1U);
  write_file(file(), header + of_nothing);
  EXPECT_EQ(import_it().ended.code, 1);
}

TEST_F(importing, says_in_units_for_people_how_long_it_took) {
  const auto told = run_bank({"import", "--data", data(), file()}).out;
  EXPECT_TRUE(std::regex_search(told, std::regex{"\\nin [0-9]+(\\.[0-9]{1,2})? s\\n$"})) << told;
}

TEST_F(importing, logs_each_transaction_under_its_own_number) {
  import_it();
  std::multiset<std::string> expected;
  for (const auto& one : made_.good)
    expected.insert("bank.account/" + one.account_id + " " + one.trans_id);
  for (const auto& [id, balance] : expected_)
    expected.insert("bank.account/" + std::to_string(id) + " open-" + std::to_string(id));
  const auto logged = logged_commands(data());
  EXPECT_EQ(std::multiset<std::string>(logged.begin(), logged.end()), expected);
}

}  // namespace
}  // namespace acta::testing
