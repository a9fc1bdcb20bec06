// The head of a report: what was run, on what, with which versions, and when.
#pragma once

#include <nlohmann/json.hpp>

#include "runtime/load/opened_target.hpp"
#include "runtime/load/scenario.hpp"

namespace acta::internal::load {

[[nodiscard]] nlohmann::ordered_json heading_of(const scenario& what, const target_options& how);

}  // namespace acta::internal::load
