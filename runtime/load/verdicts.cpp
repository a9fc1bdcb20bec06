#include "runtime/load/verdicts.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace acta::internal::load {

namespace {

/// The answers that a threshold is about.
struct answers {
  histogram latency;
  std::uint64_t all = 0;
  std::uint64_t errors = 0;
};

answers answers_for(const threshold& what, const phase_measure& phase) {
  answers sum;
  for (const auto& kind : phase.kinds) {
    if (what.operation && *what.operation != kind.operation) continue;
    for (const auto& [code, latency] : kind.latency) {
      if (what.outcome && *what.outcome != code) continue;
      sum.latency += latency;
      sum.all += latency.count();
      if (is_error(code)) sum.errors += latency.count();
    }
  }
  return sum;
}

std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, value < 1'000 ? "%.4g" : "%.0f", value);
  return text;
}

std::string time(double nanoseconds) {
  const auto milliseconds = nanoseconds / 1e6;
  return milliseconds < 1'000 ? number(milliseconds) + " ms" : number(milliseconds / 1'000) + " s";
}

// The least share that is shown; a smaller one is not to look like none.
std::string share(double value) {
  if (value > 0 && value < 0.00001) return "below 0.001 %";
  return number(value * 100) + " %";
}

std::string what_it_judges(const threshold& one) {
  auto text = one.metric;
  std::replace(text.begin(), text.end(), '_', quantile_of(text) ? '.' : ' ');
  if (one.operation) text += " of " + *one.operation;
  if (one.outcome) text += " (" + *one.outcome + ")";
  return text;
}

std::string limit_of(const threshold& one) {
  if (one.metric == "errors") return share(one.limit);
  if (one.metric == "answers_per_second") return one.text + "/s";
  auto text = one.text;
  return text.insert(std::min(text.find_first_not_of("0123456789"), text.size()), " ");
}

void judge_latency(verdict& into, double nanoseconds, double limit) {
  into.value = time(nanoseconds);
  into.passed = nanoseconds <= limit;
}

void judge_errors(verdict& into, const answers& from, double limit) {
  const auto value = static_cast<double>(from.errors) / static_cast<double>(from.all);
  into.value = share(value);
  into.passed = value <= limit;
}

void judge_rate(verdict& into, const answers& from, double seconds, double limit) {
  const auto value = static_cast<double>(from.all - from.errors) / seconds;
  into.value = number(value) + "/s";
  into.passed = value >= limit;
}

verdict not_measured(const threshold& one, std::string phase) {
  return {what_it_judges(one), limit_of(one), "nothing was measured",
          std::move(phase),    false,         false};
}

verdict judge(const threshold& one, const phase_measure& phase) {
  const auto from = answers_for(one, phase);
  if (from.all == 0 || !(phase.seconds > 0)) return not_measured(one, phase.name);
  verdict words{what_it_judges(one), limit_of(one), {}, phase.name};
  if (const auto quantile = quantile_of(one.metric))
    judge_latency(words, static_cast<double>(from.latency.at(*quantile)), one.limit);
  else if (one.metric == "errors")
    judge_errors(words, from, one.limit);
  else
    judge_rate(words, from, phase.seconds, one.limit);
  return words;
}

}  // namespace

bool is_error(std::string_view code) { return code != "ok" && code != "refused"; }

std::vector<verdict> judge(std::span<const threshold> all, std::span<const phase_measure> phases) {
  std::vector<verdict> verdicts;
  for (const auto& one : all) {
    const auto before = verdicts.size();
    for (const auto& phase : phases)
      if (!one.phase || *one.phase == phase.name) verdicts.push_back(judge(one, phase));
    if (verdicts.size() == before) verdicts.push_back(not_measured(one, one.phase.value_or("")));
  }
  return verdicts;
}

}  // namespace acta::internal::load
