// The summary of a run, for a terminal.
#include <array>
#include <cstdio>

#include "runtime/load/report.hpp"
#include "runtime/load/report_values.hpp"

namespace acta::internal::load {

namespace {

template <class... Values>
std::string line(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string outcomes_of(const measured& its) {
  std::string outcomes;
  for (const auto& [code, latency] : its.latency)
    outcomes += (outcomes.empty() ? "" : ", ") + code + " " + std::to_string(latency.count());
  return outcomes;
}

std::string row_of(const std::string& phase, const std::string& operation, double seconds,
                   const measured& its) {
  const auto all = its.all();
  return line("%-12s %-12s %10.0f %9.2f %9.2f %9.2f %9.2f  ", phase.c_str(), operation.c_str(),
              static_cast<double>(all.count()) / seconds, in_ms(all.at(0.5)), in_ms(all.at(0.99)),
              in_ms(all.at(0.999)), in_ms(all.most())) +
         outcomes_of(its) + "\n";
}

std::string used_by(const run_result& results) {
  const auto& used = results.used;
  auto text = line("processor: generator %.1f s", in_seconds(used.generator));
  if (used.target) text += line(", target %.1f s", in_seconds(*used.target));
  if (used.target_peak_bytes)
    text += line("; memory of the target: at most %.0f MiB",
                 static_cast<double>(*used.target_peak_bytes) / (1024 * 1024));
  if (!results.kills.empty())
    text += "; the service was killed " + std::to_string(results.kills.size()) + " times";
  return text + "\n";
}

}  // namespace

std::string audit_text(const result<audit_result>& done) {
  if (!done) return "audit: NOT DONE: " + done.error().detail + "\n";
  const auto& audit = *done;
  const auto unknown = audit.unknown_took_effect + audit.unknown_without_effect;
  auto text = std::string{"audit: "} + (audit.passed() ? "passed" : "FAILED") + "; " +
              std::to_string(audit.streams) + " streams, " + std::to_string(audit.events) +
              " events, " + std::to_string(audit.acknowledged) + " acknowledged, " +
              std::to_string(unknown) + " unknown (a try may have had an effect; both are right)\n";
  const auto& sums = audit.invariant;
  if (!sums.name.empty())
    text += "  " + sums.name + ": in " + std::to_string(sums.in) + ", out " +
            std::to_string(sums.out) + ", in all views " + std::to_string(sums.total) + "\n";
  for (const auto& one : audit.examples) text += "  " + one + "\n";
  return text;
}

std::string summary_of(const scenario& what, const run_result& results) {
  auto text = line("%-12s %-12s %10s %9s %9s %9s %9s  %s\n", "phase", "operation", "answers/s",
                   "p50 ms", "p99 ms", "p99.9 ms", "max ms", "outcomes");
  for (const auto& one : results.phases) {
    if (!one.was_measured) continue;
    const auto seconds = in_seconds(one.until_last_answer);
    for (std::size_t i = 0; i < one.seen.kinds.size(); ++i)
      text += row_of(one.name, what.mix[i].name(), seconds, one.seen.kinds[i]);
  }
  std::uint64_t retries = 0;
  for (const auto& one : results.phases) retries += one.seen.retries;
  if (retries > 0) text += "operations that were sent again: " + std::to_string(retries) + "\n";
  text += used_by(results);
  if (!results.stopped_by.empty()) text += "STOPPED before its end: " + results.stopped_by + "\n";
  for (const auto& one : results.thresholds)
    text += std::string{one.passed ? "passed" : "BROKEN"} + ": " + one.what + ": " + one.value +
            ", limit " + one.limit + (one.phase.empty() ? "" : ", in phase " + one.phase) + "\n";
  for (const auto& name : results.late_phases())
    text += "VOID: the generator was late in phase " + name +
            " (p99 above 5 ms): its latencies are not the target's\n";
  return text + audit_text(results.audit);
}

}  // namespace acta::internal::load
