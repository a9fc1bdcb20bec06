// What came of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/load/run.hpp"
#include "runtime/load/verdicts.hpp"

namespace acta::internal::load {

/// Processor time and memory, for the phases together. A node in the harness's process has what
/// is not the generator's; of a service that somebody else started nothing is known.
struct resources {
  std::chrono::nanoseconds generator{0};
  std::optional<std::chrono::nanoseconds> target;
  std::uint64_t generator_peak_bytes = 0;  ///< With a node in its process: of both.
  std::optional<std::uint64_t> target_peak_bytes;
};

struct run_result {
  std::vector<phase_result> phases;
  std::vector<verdict> thresholds;
  result<audit_result> audit = error{errc::unavailable, "it was not begun"};
  resources used;
  std::vector<std::chrono::steady_clock::time_point> kills;  ///< Of the service.
  std::string stopped_by;                                    ///< Empty: it came to its end.

  /// 0 it went well; 1 a threshold is broken, or somebody ended the run; 3 the audit found
  /// something wrong, or could not be done; 4 the generator was late: the latencies are its own. 3
  /// comes before 4, and 4 before 1.
  [[nodiscard]] int exit_code() const;
  /// The measured phases in which the generator was late.
  [[nodiscard]] std::vector<std::string> late_phases() const;
};

/// Of a measured phase: true if the generator was later than 5 ms (99th percentile) although the
/// target was free.
[[nodiscard]] bool was_late(const phase_result& one);

}  // namespace acta::internal::load
