// Two reports side by side, and which differences are more than noise.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// A report needs this many runs to show its own noise.
inline constexpr std::size_t runs_that_show_noise = 3;

/// Returns a table: for each measured phase and operation its rate, percentiles and share of
/// errors, as the median of the runs, with the least and the most of them. A
/// difference is beyond noise if these intervals do not overlap. Below the table stands what else
/// differs: scenario, target, machine, versions, and phases or operations that one report lacks.
///
/// Fails (malformed) on what is no report: `field` begins with the side, as in `A.runs[0].phases`.
[[nodiscard]] result<std::string> comparison_of(const nlohmann::ordered_json& a,
                                                const nlohmann::ordered_json& b);

}  // namespace acta::internal::load
