// The phases of a scenario, as they are written.
#pragma once

#include "runtime/load/scenario.hpp"
#include "runtime/load/written_scenario.hpp"

namespace acta::internal::load {

/// Fails (malformed) with the path, which begins with `phases[index]`.
[[nodiscard]] result<phase> phase_of(const written_phase& from, std::size_t index);

}  // namespace acta::internal::load
