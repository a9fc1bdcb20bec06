#include "apps/bank/domain/account.hpp"

#include <limits>

namespace bank {

namespace {

constexpr auto max_balance = std::numeric_limits<std::int64_t>::max();
// One above the lowest number there is, so that every balance has its opposite.
constexpr auto min_balance = -max_balance;

acta::refusal not_open() { return acta::refuse("not_open", "the account is not open"); }

acta::refusal invalid_amount() {
  return acta::refuse("invalid_amount", "an amount is at least one minor unit");
}

bool is_month(std::string_view text) {
  constexpr std::string_view form = "0000-00";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  const auto month = text.substr(5);
  return month >= "01" && month <= "12";
}

}  // namespace

acta::decision<account> account::decide(const open& command, const acta::context&) const {
  if (open_) return acta::refuse("already_open", "the account is open");
  if (command.owner.empty()) return acta::refuse("invalid_owner", "an owner has a name");
  if (command.overdraft_limit && *command.overdraft_limit < 0)
    return acta::refuse("invalid_limit", "an overdraft limit is not negative");
  return opened{command.owner, command.overdraft_limit};
}

acta::decision<account> account::decide(const deposit& command, const acta::context&) const {
  if (!open_) return not_open();
  if (command.minor_units <= 0) return invalid_amount();
  if (balance_ > 0 && command.minor_units > max_balance - balance_)
    return acta::refuse("balance_out_of_range", "the balance would be too large to be kept");
  return deposited{command.minor_units, command.reference};
}

acta::decision<account> account::decide(const withdraw& command, const acta::context&) const {
  if (!open_) return not_open();
  if (command.minor_units <= 0) return invalid_amount();
  if (balance_ < 0 && command.minor_units > balance_ - min_balance)
    return acta::refuse("balance_out_of_range", "the balance would be too low to be kept");
  if (overdraft_limit_ && balance_ - command.minor_units < -*overdraft_limit_)
    return acta::refuse("insufficient_funds", "the balance is " + std::to_string(balance_));
  return withdrawn{command.minor_units, command.reference};
}

acta::decision<account> account::decide(const close_month& command, const acta::context&) const {
  if (!open_) return not_open();
  if (!is_month(command.month)) return acta::refuse("invalid_month", "a month is written 2027-01");
  return month_closed{command.month, balance_};
}

void account::apply(const opened& event) {
  open_ = true;
  owner_ = event.owner;
  overdraft_limit_ = event.overdraft_limit;
}

void account::apply(const deposited& event) { balance_ += event.minor_units; }

void account::apply(const withdrawn& event) { balance_ -= event.minor_units; }

}  // namespace bank
