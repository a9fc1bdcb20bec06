#include "runtime/load/knee_report.hpp"

#include "runtime/load/report_values.hpp"
#include "runtime/load/verdicts.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

ordered_json candidate_of(const candidate& one) {
  return {{"rate", one.rate}, {"held", one.held}, {"broke", one.broke}, {"voided", one.voided}};
}

ordered_json trial_of(const trial& one, const trial_figures& its) {
  return {{"rate", one.rate},
          {"outcome", to_string(one.outcome)},
          {"reason", to_string(one.why)},
          {"seconds", its.seconds},
          {"answers_per_second", its.answers_per_second},
          {"p50_ms", or_null(its.p50_ms)},
          {"p99_ms", or_null(its.p99_ms)},
          {"errors", or_null(its.errors)},
          {"unanswered", its.unanswered},
          {"generator_late_p99_ms", its.generator_late_p99_ms}};
}

}  // namespace

trial_figures figures_of_trial(const phase_result& seen) {
  measured all;
  for (const auto& kind : seen.seen.kinds) all += kind;
  const auto latency = all.all();
  trial_figures its;
  its.seconds = in_seconds(seen.length);
  its.unanswered = seen.unanswered;
  its.generator_late_p99_ms = in_ms(seen.seen.lateness.at(0.99));
  if (latency.count() == 0) return its;
  std::uint64_t errors = 0;
  for (const auto& [code, of_code] : all.latency)
    if (is_error(code)) errors += of_code.count();
  its.answers_per_second = static_cast<double>(seen.answers()) / in_seconds(seen.until_last_answer);
  its.p50_ms = in_ms(latency.at(0.5));
  its.p99_ms = in_ms(latency.at(0.99));
  its.errors = static_cast<double>(errors) / static_cast<double>(latency.count());
  return its;
}

ordered_json search_of(const knee_result& found, std::span<const trial_figures> figures) {
  ordered_json candidates = ordered_json::array(), trials = ordered_json::array();
  for (const auto& one : found.candidates) candidates.push_back(candidate_of(one));
  for (std::size_t i = 0; i < found.trials.size(); ++i)
    trials.push_back(trial_of(found.trials[i], figures[i]));
  return {{"end", to_string(found.why)},         {"held", or_null(found.held)},
          {"broke", or_null(found.broke)},       {"contradiction", found.contradiction},
          {"candidates", std::move(candidates)}, {"trials", std::move(trials)}};
}

}  // namespace acta::internal::load
