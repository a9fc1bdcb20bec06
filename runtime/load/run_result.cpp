#include "runtime/load/run_result.hpp"

#include <algorithm>

#include "runtime/load/exit_code.hpp"

namespace acta::internal::load {

namespace {

constexpr std::uint64_t most_lateness_ns = 5'000'000;

}  // namespace

bool was_late(const phase_result& one) {
  return one.was_measured && one.seen.lateness.at(0.99) > most_lateness_ns;
}

std::vector<std::string> run_result::late_phases() const {
  std::vector<std::string> names;
  for (const auto& one : phases)
    if (was_late(one)) names.push_back(one.name);
  return names;
}

int run_result::exit_code() const {
  if (!audit || !audit->passed()) return exit_code::audit_failed;
  if (!late_phases().empty()) return exit_code::generator_was_late;
  const auto broken = [](const verdict& one) { return !one.passed; };
  if (!stopped_by.empty()) return exit_code::threshold_broken;
  return std::any_of(thresholds.begin(), thresholds.end(), broken) ? exit_code::threshold_broken
                                                                   : exit_code::went_well;
}

}  // namespace acta::internal::load
