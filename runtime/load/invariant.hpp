// What a domain promises beyond what every stream does, for the audit of a load run.
//
//   acta::load_invariant{
//       "money", "bank.account",
//       [](std::string_view event, const nlohmann::json& payload) -> std::int64_t { ... },
//       [](const nlohmann::json& view) { return view.at("balance").get<std::int64_t>(); }}
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace acta {

/// The sum of `change` over all events of an aggregate is the `total` of its view: of an account,
/// what came in minus what went out is the balance. Events and views are as HTTP shows them. Called
/// on one thread; whatever the functions throw ends the audit.
struct load_invariant {
  std::string name;       ///< Of what is counted.
  std::string aggregate;  ///< The type that it holds for.
  std::function<std::int64_t(std::string_view event, const nlohmann::json& payload)> change;
  std::function<std::int64_t(const nlohmann::json& view)> total;
};

}  // namespace acta
