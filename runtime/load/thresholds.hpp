// Thresholds of a scenario: what a run must reach to pass.
//
//   "thresholds": [{"p99": "20ms", "operation": "deposit", "outcome": "ok"},
//                  {"errors": 0.001, "abort": true},
//                  {"answers_per_second": 4000, "phase": "steady"}]
//
// Each has one metric: p50, p90, p99, p99_9, p99_99 or max of the latencies, at most so long; the
// share of errors, at most so much; or the answers a second that are no errors, at least so many.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"

namespace acta::internal::load {

struct threshold {
  std::string metric;                    ///< As it is written.
  double limit = 0;                      ///< Nanoseconds; a share from 0 to 1; a number a second.
  std::string text;                      ///< The limit as it is written: "20ms".
  std::optional<std::string> operation;  ///< Else all together.
  std::optional<std::string> phase;      ///< Else each phase that is measured.
  std::optional<std::string> outcome;    ///< Only the latencies of answers with this code.
  bool abort = false;                    ///< The run ends as soon as it is broken.
};

/// 0.99 for "p99"; nothing, if the metric is none of latencies.
[[nodiscard]] std::optional<double> quantile_of(std::string_view metric);

/// Fails (malformed) with the path to the place in `field`, which begins with "thresholds".
[[nodiscard]] result<std::vector<threshold>> parse_thresholds(const nlohmann::json& list);

/// Fails (malformed) if a threshold names an operation or a phase that is none of these: the
/// operations of the mix, and the phases that are measured.
[[nodiscard]] result<void> check_thresholds(std::span<const threshold> all,
                                            std::span<const std::string> operations,
                                            std::span<const std::string> phases);

}  // namespace acta::internal::load
