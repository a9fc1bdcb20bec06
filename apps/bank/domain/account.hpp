// The bank's domain: what an account is and may do. Amounts are whole minor units (1/100), never
// floating point. Nothing here knows of threads, storage, HTTP or time.
#pragma once

#include <acta/domain.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank {

// Events: published, immutable.

struct opened {
  std::string owner;
  std::optional<std::int64_t> overdraft_limit;  ///< Minor units; nothing: without limit.
};
ACTA_FIELDS(opened, owner, overdraft_limit)

struct deposited {
  std::int64_t minor_units = 0;
  std::string reference;
};
ACTA_FIELDS(deposited, minor_units, reference)

struct withdrawn {
  std::int64_t minor_units = 0;
  std::string reference;
};
ACTA_FIELDS(withdrawn, minor_units, reference)

struct month_closed {
  std::string month;  ///< 2027-01
  std::int64_t balance = 0;
};
ACTA_FIELDS(month_closed, month, balance)

// Commands.

struct open {
  std::string owner;
  std::optional<std::int64_t> overdraft_limit = 0;  ///< Left out: 0. null: without limit.
};
ACTA_FIELDS(open, owner, (overdraft_limit, 0))

struct deposit {
  std::int64_t minor_units = 0;
  std::string reference;
};
ACTA_FIELDS(deposit, minor_units, (reference, ""))

struct withdraw {
  std::int64_t minor_units = 0;
  std::string reference;
};
ACTA_FIELDS(withdraw, minor_units, (reference, ""))

/// Records the balance with which a month ends. A schedule sends it.
struct close_month {
  std::string month;  ///< 2027-01
};
ACTA_FIELDS(close_month, month)

/// What readers see.
struct account_view {
  std::string owner;
  std::int64_t balance = 0;
  std::optional<std::int64_t> overdraft_limit;
};
ACTA_FIELDS(account_view, owner, balance, overdraft_limit)

/// One account. Refuses with already_open, not_open, invalid_owner, invalid_limit, invalid_amount,
/// insufficient_funds, balance_out_of_range, invalid_month.
class account {
public:
  static constexpr std::string_view type = "bank.account";
  static constexpr int state_version = 1;  // to be raised when apply() changes its meaning
  using events = acta::events<acta::event<opened, "bank.account.opened", 1>,
                              acta::event<deposited, "bank.account.deposited", 1>,
                              acta::event<withdrawn, "bank.account.withdrawn", 1>,
                              acta::event<month_closed, "bank.account.month_closed", 1>>;
  using commands = acta::commands<open, deposit, withdraw, close_month>;

  [[nodiscard]] acta::decision<account> decide(const open& command, const acta::context&) const;
  [[nodiscard]] acta::decision<account> decide(const deposit& command, const acta::context&) const;
  [[nodiscard]] acta::decision<account> decide(const withdraw& command, const acta::context&) const;
  [[nodiscard]] acta::decision<account> decide(const close_month& command,
                                               const acta::context&) const;

  void apply(const opened& event);
  void apply(const deposited& event);
  void apply(const withdrawn& event);
  void apply(const month_closed&) {}

  [[nodiscard]] account_view view() const { return {owner_, balance_, overdraft_limit_}; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, account& a) {
    return f.object(a).fields(f.field("open", a.open_), f.field("owner", a.owner_),
                              f.field("balance", a.balance_),
                              f.field("overdraft_limit", a.overdraft_limit_));
  }

  bool open_ = false;
  std::string owner_;
  std::int64_t balance_ = 0;
  std::optional<std::int64_t> overdraft_limit_ = 0;
};

}  // namespace bank
