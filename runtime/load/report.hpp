// What runs of a scenario found, as JSON for programs and as text for a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "runtime/load/run_result.hpp"

namespace acta::internal::load {

/// One run. Latencies are in milliseconds; a histogram is a list of [most of the bucket in ns,
/// count]. docs/load.md says what each member is.
[[nodiscard]] nlohmann::ordered_json report_of(const scenario& what, const run_result& results);

/// What an audit found, or why it was not done, for a report.
[[nodiscard]] nlohmann::ordered_json audit_document(const result<audit_result>& done);
/// The same for a terminal.
[[nodiscard]] std::string audit_text(const result<audit_result>& done);

/// A table of the measured phases, the thresholds, and what the audit found.
[[nodiscard]] std::string summary_of(const scenario& what, const run_result& results);

}  // namespace acta::internal::load
