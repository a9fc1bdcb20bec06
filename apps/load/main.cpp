// The load harness of the bank: see apps/load/scenarios.
#include <acta/load.hpp>

#include "apps/bank/domain/account.hpp"

namespace {

/// An event's change of the balance, in minor units.
std::int64_t money_of(std::string_view event, const nlohmann::json& payload) {
  if (event == "bank.account.deposited") return payload.at("minor_units").get<std::int64_t>();
  if (event == "bank.account.withdrawn") return -payload.at("minor_units").get<std::int64_t>();
  return 0;
}

std::int64_t balance_of(const nlohmann::json& view) {
  return view.at("balance").get<std::int64_t>();
}

}  // namespace

int main(int argc, char** argv) {
  return acta::load_main<bank::account>(argc, argv,
                                        {{"money", "bank.account", money_of, balance_of}});
}
