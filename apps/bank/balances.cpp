#include "apps/bank/balances.hpp"

#include <acta/main.hpp>
#include <acta/text.hpp>
#include <iomanip>
#include <iostream>
#include <map>

#include "apps/bank/domain/account.hpp"

namespace bank {

namespace {

/// 9 comes before 10; what is no number comes after, by its letters.
struct by_number {
  static bool digits(const std::string& id) {
    return id.find_first_not_of("0123456789") == std::string::npos;
  }
  bool operator()(const std::string& a, const std::string& b) const {
    if (digits(a) != digits(b)) return digits(a);
    if (digits(a) && a.size() != b.size()) return a.size() < b.size();
    return a < b;
  }
};

struct row {
  account state;
  std::uint64_t transactions = 0;
};

/// A field of RFC 4180: in quotes if it must be. What it begins with is left alone: a spreadsheet
/// may take `=` for a formula, but a program that reads the file gets the id.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

void print_for_people(const std::string& id, const row& one) {
  const auto balance = one.state.view().balance;
  const auto magnitude =
      balance < 0 ? 0 - static_cast<std::uint64_t>(balance) : static_cast<std::uint64_t>(balance);
  const auto cents = std::to_string(magnitude % 100);
  std::cout << std::setw(12) << id << "  " << std::setw(12) << one.transactions << "  "
            << std::setw(16) << (balance < 0 ? "-" : "") + std::to_string(magnitude / 100) << '.'
            << (cents.size() < 2 ? "0" : "") << cents << '\n';
}

}  // namespace

int print_balances(const std::filesystem::path& data, bool as_csv) {
  const std::vector types{acta::describe<account>()};
  std::map<std::string, row, by_number> accounts;
  acta::for_each_event(data, 1, [&](const acta::recorded_event& event) {
    // Schedules are in the journal too.
    if (event.stream.type() != account::type) return true;
    auto& one = accounts[std::string{event.stream.id()}];
    acta::apply_event(acta::type_of(types, event), event, &one.state);
    if (event.type != "bank.account.opened") ++one.transactions;
    return true;
  });
  std::cout << (as_csv ? "account_id,transactions,balance_minor_units\n"
                       : "     account  transactions            balance\n");
  for (const auto& [id, one] : accounts) {
    const auto shown = acta::printable_value(id);
    if (as_csv)
      std::cout << csv_field(shown) << ',' << one.transactions << ',' << one.state.view().balance
                << '\n';
    else
      print_for_people(shown, one);
  }
  return 0;
}

}  // namespace bank
