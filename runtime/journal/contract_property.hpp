// A journal in this process keeps the contracts among its properties, under a prefix of their own.
// FORMAT.md has the names.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace acta::internal {

inline constexpr std::string_view contract_prefix = "schema/";

/// The property that a contract of this name is kept as.
[[nodiscard]] inline std::string contract_property(const std::string& name) {
  return std::string{contract_prefix} + name;
}

/// The contracts among `properties`, by their names.
[[nodiscard]] inline std::map<std::string, std::string> contracts_among(
    const std::map<std::string, std::string>& properties) {
  std::map<std::string, std::string> found;
  for (const auto& [name, value] : properties)
    if (name.starts_with(contract_prefix))
      found.emplace(name.substr(contract_prefix.size()), value);
  return found;
}

/// What is left of `properties` without them.
[[nodiscard]] inline std::map<std::string, std::string> without_contracts(
    std::map<std::string, std::string> properties) {
  std::erase_if(properties, [](const auto& one) { return one.first.starts_with(contract_prefix); });
  return properties;
}

}  // namespace acta::internal
