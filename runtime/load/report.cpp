#include "runtime/load/report.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "runtime/load/report_values.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, double>, 6> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}, {"max", 1}}};

ordered_json latencies_of(const histogram& of) {
  ordered_json document{{"count", of.count()}, {"mean", of.mean() / 1e6}};
  for (const auto& [name, quantile] : percentiles) document[name] = in_ms(of.at(quantile));
  auto buckets = ordered_json::array();
  of.for_each([&](const histogram::bucket& one) {
    buckets.push_back(ordered_json::array({one.most, one.count}));
  });
  document["histogram"] = std::move(buckets);
  return document;
}

ordered_json kind_of(const std::string& operation, const measured& its) {
  auto outcomes = ordered_json::object();
  auto by_outcome = ordered_json::object();
  for (const auto& [code, latency] : its.latency) {
    outcomes[code] = latency.count();
    by_outcome[code] = latencies_of(latency);
  }
  return {{"operation", operation},
          {"outcomes", std::move(outcomes)},
          {"latency_ms", latencies_of(its.all())},
          {"service_time_ms", latencies_of(its.service_time)},
          {"latency_by_outcome_ms", std::move(by_outcome)}};
}

ordered_json timeline_of(const phase_result& one) {
  auto all = ordered_json::array();
  for (const auto& second : one.seen.seconds)
    all.push_back({{"intended", second.intended},
                   {"answered", second.latency.count()},
                   {"outcomes", second.answered},
                   {"p50_ms", in_ms(second.latency.at(0.5))},
                   {"p99_ms", in_ms(second.latency.at(0.99))}});
  return all;
}

/// In seconds of each phase. A kill between two phases is of the first one.
std::vector<ordered_json> kills_by_phase(const run_result& results) {
  std::vector<ordered_json> all(results.phases.size(), ordered_json::array());
  for (const auto killed : results.kills) {
    const auto after = std::find_if(results.phases.begin(), results.phases.end(),
                                    [&](const auto& one) { return one.began > killed; });
    if (after == results.phases.begin()) continue;
    const auto in = std::prev(after);
    all[static_cast<std::size_t>(in - results.phases.begin())].push_back(
        in_seconds(killed - in->began));
  }
  return all;
}

ordered_json phase_of(const scenario& what, const phase_result& one) {
  auto kinds = ordered_json::array();
  for (std::size_t i = 0; i < one.seen.kinds.size(); ++i)
    kinds.push_back(kind_of(what.mix[i].name(), one.seen.kinds[i]));
  return {{"name", one.name},
          {"measured", one.was_measured},
          {"seconds", in_seconds(one.length)},
          {"seconds_until_last_answer", in_seconds(one.until_last_answer)},
          {"answers_per_second",
           static_cast<double>(one.answers()) / in_seconds(one.until_last_answer)},
          {"unanswered", one.unanswered},
          {"retries", one.seen.retries},
          {"generator_late_p99_ms", in_ms(one.seen.lateness.at(0.99))},
          {"kinds", std::move(kinds)},
          {"timeline", timeline_of(one)}};
}

}  // namespace

ordered_json audit_document(const result<audit_result>& done) {
  if (!done) return {{"passed", false}, {"why", done.error().detail}};
  const auto& found = *done;
  auto wrongs_found = ordered_json::object();
  for (std::size_t i = 0; i < wrongs; ++i)
    wrongs_found[std::string{to_string(static_cast<wrong>(i))}] = found.found[i];
  ordered_json document{{"passed", found.passed()},
                        {"streams", found.streams},
                        {"events", found.events},
                        {"events_of_others", found.others_events},
                        {"events_in_log", or_null(found.events_in_log)},
                        {"acknowledged", found.acknowledged},
                        {"without_effect", found.without_effect},
                        {"unknown_took_effect", found.unknown_took_effect},
                        {"unknown_without_effect", found.unknown_without_effect},
                        {"wrong", std::move(wrongs_found)},
                        {"examples", found.examples}};
  const auto& sums = found.invariant;
  if (!sums.name.empty())
    document["invariant"] = {
        {"name", sums.name}, {"in", sums.in}, {"out", sums.out}, {"total", sums.total}};
  return document;
}

ordered_json report_of(const scenario& what, const run_result& results) {
  auto phases = ordered_json::array();
  for (const auto& one : results.phases) phases.push_back(phase_of(what, one));
  auto kills = kills_by_phase(results);
  for (std::size_t i = 0; i < kills.size(); ++i) phases[i]["kills_at"] = std::move(kills[i]);
  auto thresholds = ordered_json::array();
  for (const auto& one : results.thresholds)
    thresholds.push_back({{"what", one.what},
                          {"limit", one.limit},
                          {"value", one.value},
                          {"phase", one.phase},
                          {"passed", one.passed}});
  return {{"phases", std::move(phases)},
          {"thresholds", std::move(thresholds)},
          {"audit", audit_document(results.audit)},
          {"processor_seconds",
           {{"generator", in_seconds(results.used.generator)},
            {"target", results.used.target ? ordered_json(in_seconds(*results.used.target))
                                           : ordered_json(nullptr)}}},
          {"peak_memory_bytes",
           {{"generator", results.used.generator_peak_bytes},
            {"target", or_null(results.used.target_peak_bytes)}}},
          {"kills", results.kills.size()},
          {"stopped", !results.stopped_by.empty()},
          {"stopped_by", results.stopped_by},
          {"exit_code", results.exit_code()}};
}

}  // namespace acta::internal::load
