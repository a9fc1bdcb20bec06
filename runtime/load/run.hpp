// One run of a scenario against a target: preparation, phases, audit.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runtime/load/recorder.hpp"
#include "runtime/load/scenario.hpp"
#include "runtime/load/stream_audit.hpp"
#include "runtime/load/target.hpp"

namespace acta::internal::load {

struct run_settings {
  /// Begins the ids of the run's commands: two runs on one journal have different ones.
  std::string prefix;
  /// How long the answers of the last operations are waited for.
  std::chrono::milliseconds patience{30'000};
  /// Told what is done now, a line each.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
  std::function<void()> before_phases = [] {};
  /// Fails if there is no target any more that could be audited.
  std::function<result<void>()> before_audit = [] { return result<void>{}; };
};

struct phase_result {
  std::string name;
  bool was_measured = true;
  std::chrono::nanoseconds length{};
  std::vector<measured> kinds;         ///< As in the scenario's mix.
  std::vector<second_of_run> seconds;  ///< From the phase's begin on.
  histogram lateness;                  ///< Of the generator, in nanoseconds.
  std::uint64_t unanswered = 0;        ///< After the patience.
};

struct run_result {
  std::vector<phase_result> phases;
  audit_result audit;
};

/// Blocking. Fails if the target cannot be prepared or audited: the error says why.
[[nodiscard]] result<run_result> run(const scenario& what, target& on, const run_settings& how);

}  // namespace acta::internal::load
