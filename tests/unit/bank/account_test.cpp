// The rules of an account.
#include "apps/bank/domain/account.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "actors/model/given.hpp"

namespace bank {
namespace {

using acta::given;
using acta::then;
using acta::then_refused;

constexpr auto most = std::numeric_limits<std::int64_t>::max();
const opened ann{"Ann", 0};
const opened without_limit{"Ann", std::nullopt};

TEST(account, is_opened_once) {
  EXPECT_EQ(given<account>().when(open{"Ann", 0}), then(opened{"Ann", 0}));
  EXPECT_EQ(given<account>(ann).when(open{"Ann", 0}), then_refused("already_open"));
}

TEST(account, has_an_owner_and_no_negative_limit) {
  EXPECT_EQ(given<account>().when(open{"", 0}), then_refused("invalid_owner"));
  EXPECT_EQ(given<account>().when(open{"Ann", -1}), then_refused("invalid_limit"));
}

TEST(account, takes_nothing_before_it_is_open) {
  EXPECT_EQ(given<account>().when(deposit{1, ""}), then_refused("not_open"));
  EXPECT_EQ(given<account>().when(withdraw{1, ""}), then_refused("not_open"));
}

TEST(account, moves_at_least_one_minor_unit) {
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, -most}) {
    EXPECT_EQ(given<account>(ann).when(deposit{amount, ""}), then_refused("invalid_amount"));
    EXPECT_EQ(given<account>(ann).when(withdraw{amount, ""}), then_refused("invalid_amount"));
  }
  EXPECT_EQ(given<account>(ann).when(deposit{1, "a"}), then(deposited{1, "a"}));
}

TEST(account, gives_what_is_there_and_not_more) {
  const auto with_500 = given<account>(ann, deposited{500, ""});
  EXPECT_EQ(with_500.when(withdraw{500, "rent"}), then(withdrawn{500, "rent"}));
  EXPECT_EQ(with_500.when(withdraw{501, "rent"}), then_refused("insufficient_funds"));
}

TEST(account, may_be_overdrawn_to_its_limit) {
  const auto limited = given<account>(opened{"Ann", 100}, deposited{500, ""});
  EXPECT_EQ(limited.when(withdraw{600, ""}), then(withdrawn{600, ""}));
  EXPECT_EQ(limited.when(withdraw{601, ""}), then_refused("insufficient_funds"));
  EXPECT_EQ(given<account>(without_limit).when(withdraw{1'000'000, ""}),
            then(withdrawn{1'000'000, ""}));
}

TEST(account, closes_a_month_with_its_balance) {
  const auto with_500 = given<account>(ann, deposited{500, ""});
  EXPECT_EQ(with_500.when(close_month{"2027-01"}), then(month_closed{"2027-01", 500}));
  for (const auto* wrong :
       {"", "2027", "2027-13", "2027-00", "2027-1", "27-01", "2027-01-01", "${due:%Y-%m}"})
    EXPECT_EQ(with_500.when(close_month{wrong}), then_refused("invalid_month")) << wrong;
  EXPECT_EQ(given<account>().when(close_month{"2027-01"}), then_refused("not_open"));
}

TEST(account, keeps_every_balance_within_what_can_be_kept) {
  EXPECT_EQ(given<account>(ann, deposited{most, ""}).when(deposit{1, ""}),
            then_refused("balance_out_of_range"));
  EXPECT_EQ(given<account>(ann, deposited{most - 1, ""}).when(deposit{1, ""}),
            then(deposited{1, ""}));
  EXPECT_EQ(given<account>(without_limit, withdrawn{most, ""}).when(withdraw{1, ""}),
            then_refused("balance_out_of_range"));
  // An overdraft limit as large as can be must not wrap around either.
  EXPECT_EQ(given<account>(opened{"Ann", most}, withdrawn{most, ""}).when(withdraw{1, ""}),
            then_refused("balance_out_of_range"));
}

TEST(account, shows_owner_balance_and_limit) {
  const auto view =
      given<account>(opened{"Ann", 100}, deposited{500, ""}, withdrawn{30, ""}).view();
  EXPECT_EQ(view.owner, "Ann");
  EXPECT_EQ(view.balance, 470);
  EXPECT_EQ(view.overdraft_limit, 100);
}

}  // namespace
}  // namespace bank
