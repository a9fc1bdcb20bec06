// A search for the knee, as a report has it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "runtime/load/knee.hpp"
#include "runtime/load/run.hpp"

namespace acta::internal::load {

/// What was measured in one trial, over all operations.
struct trial_figures {
  double seconds = 0;
  double answers_per_second = 0;  ///< From the begin until the last answer.
  std::optional<double> p50_ms;   ///< Nothing: no operation began.
  std::optional<double> p99_ms;
  std::optional<double> errors;  ///< The share of answers that are neither "ok" nor "refused".
  std::uint64_t unanswered = 0;
  double generator_late_p99_ms = 0;
};
[[nodiscard]] trial_figures figures_of_trial(const phase_result& seen);

/// `figures`: of each trial, in the order of the trials.
[[nodiscard]] nlohmann::ordered_json search_of(const knee_result& found,
                                               std::span<const trial_figures> figures);

}  // namespace acta::internal::load
