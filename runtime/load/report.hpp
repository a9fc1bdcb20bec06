// What a run found, as JSON for programs and as text for a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "runtime/load/run.hpp"

namespace acta::internal::load {

/// Latencies are in milliseconds; a histogram is a list of [most of the bucket in ns, count].
[[nodiscard]] nlohmann::ordered_json report_of(const scenario& what, const run_result& results);

/// A table of the measured phases, and what the audit found.
[[nodiscard]] std::string summary_of(const scenario& what, const run_result& results);

}  // namespace acta::internal::load
