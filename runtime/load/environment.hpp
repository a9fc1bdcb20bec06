// Variables of the environment in a scenario, so that one file serves several machines:
//
//   {"$env": "NAME"}               the value: a number or a boolean if it is written as one, else
//   text
//   {"$env": ["NAME", fallback]}   the value in the type of the fallback, or the fallback if there
//                                  is no such variable
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// Looks up a variable; nothing, if it is not set.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Returns the scenario with a value in each such place. Fails (malformed) with the path to the
/// place in `field`. No error quotes a value, which may be a secret.
[[nodiscard]] result<nlohmann::json> with_environment(const nlohmann::json& scenario,
                                                      const environment& variable);

/// The environment of this process.
[[nodiscard]] std::optional<std::string> process_environment(const std::string& name);

}  // namespace acta::internal::load
