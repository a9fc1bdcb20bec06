#include "runtime/load/phase_verdicts.hpp"

#include <algorithm>
#include <array>

#include "runtime/load/report_values.hpp"

namespace acta::internal::load {

namespace {

constexpr std::uint64_t least_answers = 100;
constexpr std::chrono::seconds least_time{1};

phase_measure measure_of(const scenario& what, const phase_result& one) {
  phase_measure measure{one.name, in_seconds(one.until_last_answer), {}};
  for (std::size_t i = 0; i < one.seen.kinds.size(); ++i)
    measure.kinds.push_back({what.mix[i].name(), one.seen.kinds[i].latency});
  return measure;
}

/// A threshold of another phase is not judged.
std::vector<verdict> judge_phase(std::vector<threshold> all, const scenario& what,
                                 const phase_result& one) {
  std::erase_if(all, [&](const threshold& each) { return each.phase && *each.phase != one.name; });
  const std::array measures{measure_of(what, one)};
  return judge(all, measures);
}

}  // namespace

std::vector<verdict> verdicts_on(const scenario& what, const phase_result& one) {
  return judge_phase(what.thresholds, what, one);
}

bool breaks_for_good(const scenario& what, const phase_result& so_far) {
  auto that_end = what.thresholds;
  std::erase_if(that_end, [](const threshold& each) { return !each.abort; });
  std::uint64_t answers = 0;
  for (const auto& kind : so_far.seen.kinds) answers += kind.service_time.count();
  if (that_end.empty() || answers < least_answers || so_far.length < least_time) return false;
  const auto verdicts = judge_phase(that_end, what, so_far);
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [](const verdict& one) { return one.measured && !one.passed; });
}

}  // namespace acta::internal::load
