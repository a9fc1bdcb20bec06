// A scenario's thresholds, held against its phases.
#pragma once

#include <vector>

#include "runtime/load/run.hpp"
#include "runtime/load/verdicts.hpp"

namespace acta::internal::load {

/// Those of every phase, and those of this one.
[[nodiscard]] std::vector<verdict> verdicts_on(const scenario& what, const phase_result& one);
/// True if a threshold is broken that ends the run, after a second and 100 answers at least.
[[nodiscard]] bool breaks_for_good(const scenario& what, const phase_result& so_far);

}  // namespace acta::internal::load
