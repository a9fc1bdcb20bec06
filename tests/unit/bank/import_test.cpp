// The import, in process: what it counts, and that it changes nothing twice.
#include "apps/bank/import.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace bank {
namespace {

const std::string header =
    "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account\n";

std::string line(int id, int account, const char* type, const char* amount) {
  return std::to_string(id) + ";" + std::to_string(account) + ";930101;" + type + ";;" + amount +
         ";0.00;;;\n";
}

class import_test : public ::testing::Test {
protected:
  import_summary import(const std::string& text, import_options how = {}) {
    std::istringstream input{text};
    return import_transactions(input, accounts, how, [](const auto&) {});
  }
  std::int64_t balance(const char* id) { return accounts.get(id).get()->view.balance; }

  acta::node node{acta::in_memory()};
  acta::aggregates<account> accounts = node.host<account>();
};

/// Gives what it has, and then an error, as a disk does.
class broken_disk : public std::stringbuf {
public:
  using std::stringbuf::stringbuf;

protected:
  int_type underflow() override {
    const auto next = std::stringbuf::underflow();
    if (next == traits_type::eof()) throw std::runtime_error{"input/output error"};
    return next;
  }
};

TEST_F(import_test, a_file_that_cannot_be_read_failed_and_is_not_malformed) {
  const auto whole = line(1, 7, "PRIJEM", "5.00");
  for (const auto& there : {std::string{}, header + whole}) {
    broken_disk disk{there};
    std::istream input{&disk};
    const auto done = import_transactions(input, accounts, {}, [](const auto&) {});
    EXPECT_TRUE(done.malformed.empty());
    ASSERT_EQ(done.failed.size(), 1U);
    EXPECT_EQ(done.failed[0].line, there.empty() ? 1U : 3U);
    EXPECT_EQ(done.applied, there.empty() ? 0U : 1U);
  }
}

TEST_F(import_test, an_empty_file_is_told_as_one) {
  const auto done = import("");
  ASSERT_EQ(done.malformed.size(), 1U);
  EXPECT_EQ(done.malformed[0].line, 1U);
  EXPECT_EQ(done.malformed[0].reason, "the file is empty; its first line must name the columns");
}

TEST_F(import_test, opens_accounts_as_they_appear_without_limit) {
  const auto done = import(header + line(1, 7, "VYDAJ", "5.00") + line(2, 7, "PRIJEM", "2.50"));
  EXPECT_EQ(done.lines, 2U);
  EXPECT_EQ(done.applied, 2U);
  EXPECT_EQ(done.accounts_opened, 1U);
  EXPECT_TRUE(done.malformed.empty());
  EXPECT_EQ(balance("7"), -250);
  EXPECT_EQ(accounts.get("7").get()->view.overdraft_limit, std::nullopt);
}

TEST_F(import_test, changes_nothing_a_second_time) {
  const auto text = header + line(1, 7, "PRIJEM", "5.00") + line(2, 8, "PRIJEM", "2.50");
  import(text);
  const auto again = import(text);
  EXPECT_EQ(again.applied, 0U);
  EXPECT_EQ(again.repeated, 2U);
  EXPECT_EQ(again.accounts_known, 2U);
  EXPECT_EQ(balance("7"), 500);
}

TEST_F(import_test, names_malformed_lines_by_number_and_goes_on) {
  const auto done = import(header + line(1, 7, "PRIJEM", "5.00") + "rubbish\n" +
                           line(2, 7, "PRIJEM", "0.00") + line(3, 7, "PRIJEM", "1.00") + "3;7;\"");
  ASSERT_EQ(done.malformed.size(), 2U);
  EXPECT_EQ(done.malformed[0].line, 3U);
  EXPECT_EQ(done.malformed[1].line, 6U);
  ASSERT_EQ(done.failed.size(), 1U) << "the domain refuses an amount of nothing";
  EXPECT_EQ(done.failed[0].line, 4U);
  EXPECT_EQ(balance("7"), 600);
}

TEST_F(import_test, names_the_line_that_cannot_be_read_and_keeps_what_came_before) {
  class failing : public std::stringbuf {
  public:
    explicit failing(const std::string& text) : std::stringbuf{text} {}

  protected:
    int_type underflow() override {
      const auto next = std::stringbuf::underflow();
      if (next == traits_type::eof()) throw std::runtime_error{"the disk says no"};
      return next;
    }
  };
  failing disk{header + line(1, 7, "PRIJEM", "5.00") + "2;7;"};
  std::istream input{&disk};
  const auto done = import_transactions(input, accounts, {}, [](const auto&) {});
  ASSERT_EQ(done.failed.size(), 1U);
  EXPECT_EQ(done.failed[0].line, 3U);
  EXPECT_EQ(done.applied, 1U);
  EXPECT_EQ(balance("7"), 500);
}

TEST_F(import_test, a_number_that_comes_again_with_another_amount_fails) {
  const auto done = import(header + line(1, 7, "PRIJEM", "5.00") + line(1, 7, "PRIJEM", "6.00"));
  ASSERT_EQ(done.failed.size(), 1U);
  EXPECT_NE(done.failed[0].reason.find("command_id_reused"), std::string::npos);
}

TEST_F(import_test, keeps_the_order_of_one_account_and_all_of_them_under_load) {
  std::string text = header;
  for (int i = 0; i < 5000; ++i) text += line(i, i % 37, i % 3 ? "PRIJEM" : "VYDAJ", "0.01");
  const auto done = import(text, {.outstanding = 64});
  EXPECT_EQ(done.applied, 5000U);
  const auto log = [&] {
    std::promise<acta::result<std::vector<acta::recorded_event>>> got;
    EXPECT_TRUE(node.events(*node.find("bank.account"), "5", {1}, 1000,
                            [&](auto events) { got.set_value(std::move(events)); }));
    return *got.get_future().get();
  }();
  int last = -1;
  for (std::size_t i = 1; i < log.size(); ++i) {
    const auto id = std::stoi(log[i].metadata.command_id);
    EXPECT_GT(id, last);
    last = id;
  }
}

TEST_F(import_test, without_the_names_of_the_columns_it_does_nothing) {
  EXPECT_EQ(import("").malformed.size(), 1U);
  EXPECT_EQ(import("a;b;c\n1;2;3\n").malformed.size(), 1U);
  EXPECT_EQ(node.last().offset, 0U);
}

TEST(import, goes_on_when_all_that_may_be_under_way_was_put_off) {
  auto how = acta::in_memory();
  how.shard_count = 1;
  how.credits = 1;
  acta::node node{how};
  const auto accounts = node.host<account>();
  std::string text = header;
  for (int i = 0; i < 40; ++i) text += line(i, i % 20, "PRIJEM", "5.00");
  std::istringstream input{text};
  const auto done = import_transactions(input, accounts, {.outstanding = 4}, [](const auto&) {});
  EXPECT_EQ(done.applied + done.failed.size(), 40U);
  EXPECT_GT(done.applied, 0U);
}

}  // namespace
}  // namespace bank
