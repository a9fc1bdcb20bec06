#include "apps/bank/balances.hpp"

#include <cstdio>
#include <iostream>
#include <map>

#include "actors/model/describe.hpp"
#include "apps/bank/domain/account.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/codec/cbor.hpp"

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

}  // namespace

int print_balances(const std::filesystem::path& data, bool as_csv) {
  const std::vector types{acta::describe<account>()};
  const acta::cbor_codec codec;
  std::map<std::string, row, by_number> accounts;
  acta::for_each_event(data, 1, [&](const acta::recorded_event& event) {
    const auto* contract = acta::type_of(types, event).find_event(event.type, event.schema_version);
    if (!contract) throw acta::command_error{event.type + " is not known here"};
    auto& one = accounts[std::string{event.stream.id()}];
    const auto read = codec.decode(
        event.payload, [&](acta::visitor& v) { return contract->load_and_apply(&one.state, v); });
    if (!read) throw acta::command_error{read.error()};
    if (event.type != "bank.account.opened") ++one.transactions;
    return true;
  });
  std::cout << (as_csv ? "account_id,transactions,balance_minor_units\n"
                       : "     account  transactions            balance\n");
  for (const auto& [id, one] : accounts) {
    const auto balance = one.state.view().balance;
    if (as_csv) {
      std::cout << id << ',' << one.transactions << ',' << balance << '\n';
      continue;
    }
    const auto magnitude = static_cast<std::uint64_t>(balance < 0 ? -balance : balance);
    char line[512];
    std::snprintf(line, sizeof line, "%12s  %12llu  %12s%llu.%02llu\n", id.c_str(),
                  static_cast<unsigned long long>(one.transactions), balance < 0 ? "-" : "",
                  static_cast<unsigned long long>(magnitude / 100),
                  static_cast<unsigned long long>(magnitude % 100));
    std::cout << line;
  }
  return 0;
}

}  // namespace bank
