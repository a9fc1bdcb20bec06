#include "runtime/load/run_result.hpp"

#include <algorithm>

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
  if (!audit || !audit->passed()) return 3;
  if (!late_phases().empty()) return 4;
  const auto broken = [](const verdict& one) { return !one.passed; };
  if (!stopped_by.empty()) return 1;
  return std::any_of(thresholds.begin(), thresholds.end(), broken) ? 1 : 0;
}

}  // namespace acta::internal::load
