// Real transactions of a real bank, both ways in, compared with balances that two scripts of others
// computed.
#include "tests/recovery/bank_program.hpp"
#include "tests/recovery/traffic.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class real_file : public ::testing::Test {
protected:
  void SetUp() override {
    for (const auto& needed : {file_, balances_})
      if (!std::filesystem::exists(needed))
        GTEST_SKIP() << needed << " is not there; set ACTA_SHARED_DATA to where pkdd99/ is";
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }

  const std::filesystem::path file_ = std::filesystem::path{ACTA_SHARED_DATA} / "pkdd99/trans.asc";
  const std::filesystem::path balances_ =
      std::filesystem::path{ACTA_SHARED_DATA} / "pkdd99/expected_balances.csv";
  temporary_directory directory_;
};

TEST_F(real_file, gives_the_expected_balances_through_the_command_line) {
  const auto first = run_bank({"import", "--json", "--data", data(), file_.string()});
  EXPECT_EQ(first.ended.code, 2) << first.err;
  EXPECT_EQ(first.json()["applied"], 49102);
  ASSERT_EQ(first.json()["malformed"].size(), 1u);
  EXPECT_EQ(first.json()["malformed"][0]["line"], 49104);
  EXPECT_EQ(balances_of(data()), content_of(balances_));
  const auto again = run_bank({"import", "--json", "--data", data(), file_.string()});
  EXPECT_EQ(again.json()["applied"], 0);
  EXPECT_EQ(again.json()["repeated"], 49102);
  EXPECT_EQ(balances_of(data()), content_of(balances_));
  expect_sound(data(), 49'102 + 1'229);
}

TEST_F(real_file, gives_the_expected_balances_through_http) {
  const auto bookings = read_bookings(content_of(file_));
  const auto expected = add_up(bookings);
  ASSERT_EQ(as_csv(expected), content_of(balances_)) << "the test itself reads the file wrong";
  bank_server server{data()};
  traffic clients{bookings, 8};
  clients.start(server.port());
  clients.join();
  EXPECT_EQ(clients.statuses(), (std::map<int, std::size_t>{{200, 49'102 + 1'229}}));
  EXPECT_EQ(clients.repeated(), 0u);
  EXPECT_EQ(wrong_balances(server.port(), expected), std::vector<std::string>{});
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_EQ(balances_of(data()), content_of(balances_));
  expect_sound(data(), 49'102 + 1'229);
}

}  // namespace
}  // namespace acta::testing
