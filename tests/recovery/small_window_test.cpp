// The import asks for the whole history: it takes effect once also where aggregates remember only
// 8 commands, leave memory all the time and come back from snapshots.
#include <gtest/gtest.h>

#include <sstream>

#include "apps/bank/import.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class small_window : public ::testing::Test {
protected:
  /// One life of a bank, in which it imports `text`.
  bank::import_summary import(const std::string& text) {
    auto how = embedded(directory_.path() / "data");
    how.shard_count = 4;
    how.deduplication_window = 8;
    how.snapshot_every_events = 10;
    how.snapshot_on_leave_events = 1;
    how.live_aggregates = 200;
    how.evictable_after = std::chrono::milliseconds{0};
    node lives{how};
    auto accounts = lives.host<bank::account>();
    std::istringstream input{text};
    auto done =
        bank::import_transactions(input, accounts, {.outstanding = 100}, [](const auto&) {});
    for (const auto& [id, expected] : expected_) {
      const auto seen = accounts.get(std::to_string(id)).get();
      if (!seen) continue;
      balances_[id] = {seen->version.value - 1, seen->view.balance};
    }
    return done;
  }

  /// `text` is imported in part, whole, and whole again.
  void expect_once(const std::string& text, const std::vector<testing::booking>& bookings) {
    expected_ = add_up(bookings);
    const auto half = text.find('\n', text.size() / 2) + 1;
    const auto begun = import(text.substr(0, half));
    EXPECT_GT(begun.applied, bookings.size() / 4);
    const auto whole = import(text);
    EXPECT_EQ(begun.applied + whole.applied, bookings.size());
    EXPECT_EQ(whole.repeated, begun.applied);
    EXPECT_EQ(as_csv(balances_), as_csv(expected_));
    const auto again = import(text);
    EXPECT_EQ(again.applied, 0U);
    EXPECT_EQ(again.repeated, bookings.size());
    EXPECT_EQ(again.accounts_opened, 0U);
    EXPECT_TRUE(again.failed.empty());
    EXPECT_EQ(as_csv(balances_), as_csv(expected_));
  }

  temporary_directory directory_;
  expected_balances expected_;
  expected_balances balances_;
};

TEST_F(small_window, takes_nothing_twice_of_a_generated_file) {
  const auto made = generate({});
  expect_once(made.text, made.good);
}

TEST_F(small_window, takes_nothing_twice_of_the_real_file) {
  const auto file = std::filesystem::path{ACTA_SHARED_DATA} / "pkdd99/trans.asc";
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << file << " is not there; set ACTA_SHARED_DATA to where pkdd99/ is";
  const auto text = content_of(file);
  expect_once(text, read_bookings(text));
}

}  // namespace
}  // namespace acta::testing
