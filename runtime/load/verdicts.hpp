// Whether a run kept its thresholds.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/base/histogram.hpp"
#include "runtime/load/thresholds.hpp"

namespace acta::internal::load {

/// What was measured in one phase.
struct phase_measure {
  struct kind {
    std::string operation;
    std::map<std::string, histogram> latency;  ///< In nanoseconds, by the code of the answer.
  };
  std::string name;
  double seconds = 0;
  std::vector<kind> kinds;
};

/// One threshold in one phase, in words.
struct verdict {
  std::string what;      ///< "p99 of deposit"
  std::string limit;     ///< "20 ms"
  std::string value;     ///< "3.127 ms", or "nothing was measured"
  std::string phase;     ///< Empty: no phase was measured.
  bool passed = false;   ///< False too if nothing was measured.
  bool measured = true;  ///< False: there was no answer to judge.
};

/// An answer that is neither "ok" nor the domain's own refusal.
[[nodiscard]] bool is_error(std::string_view code);

/// Returns the verdicts of each threshold, phase after phase. A latency is at most 1/128 longer
/// than it was, the width of its histogram's bucket.
[[nodiscard]] std::vector<verdict> judge(std::span<const threshold> all,
                                         std::span<const phase_measure> phases);

}  // namespace acta::internal::load
