#include "runtime/load/report.hpp"

#include <array>
#include <cstdio>

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, double>, 6> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}, {"max", 1}}};

double in_ms(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

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

ordered_json kinds_of(const scenario& what, const phase_result& one) {
  auto kinds = ordered_json::array();
  for (std::size_t i = 0; i < one.kinds.size(); ++i) {
    const auto& its = one.kinds[i];
    kinds.push_back({{"operation", what.mix[i].name()},
                     {"outcomes", its.outcomes},
                     {"latency_ms", latencies_of(its.latency)},
                     {"service_time_ms", latencies_of(its.service_time)}});
  }
  return kinds;
}

ordered_json seconds_of(const phase_result& one) {
  auto all = ordered_json::array();
  for (const auto& second : one.seconds)
    all.push_back({{"intended", second.intended},
                   {"answered", second.answered},
                   {"failed", second.failed},
                   {"p50_ms", in_ms(second.latency.at(0.5))},
                   {"p99_ms", in_ms(second.latency.at(0.99))}});
  return all;
}

ordered_json audit_of(const audit_result& found) {
  auto wrongs_found = ordered_json::object();
  for (std::size_t i = 0; i < wrongs; ++i)
    wrongs_found[std::string{to_string(static_cast<wrong>(i))}] = found.found[i];
  return {{"passed", found.passed()},
          {"streams", found.streams},
          {"events", found.events},
          {"events_of_others", found.others_events},
          {"acknowledged", found.acknowledged},
          {"without_effect", found.without_effect},
          {"unknown_took_effect", found.unknown_took_effect},
          {"unknown_without_effect", found.unknown_without_effect},
          {"wrong", std::move(wrongs_found)},
          {"examples", found.examples}};
}

measured all_kinds(const phase_result& one) {
  measured sum;
  for (const auto& kind : one.kinds) sum += kind;
  return sum;
}

template <class... Values>
std::string line(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

}  // namespace

ordered_json report_of(const scenario& what, const run_result& results) {
  auto phases = ordered_json::array();
  for (const auto& one : results.phases) {
    const auto sum = all_kinds(one);
    const auto seconds = std::chrono::duration<double>{one.length}.count();
    phases.push_back({{"name", one.name},
                      {"measured", one.was_measured},
                      {"seconds", seconds},
                      {"answers_per_second", static_cast<double>(sum.latency.count()) / seconds},
                      {"unanswered", one.unanswered},
                      {"generator_late_p99_ms", in_ms(one.lateness.at(0.99))},
                      {"kinds", kinds_of(what, one)},
                      {"timeline", seconds_of(one)}});
  }
  return {{"scenario", what.name},
          {"aggregate", what.aggregate},
          {"seed", what.seed},
          {"phases", std::move(phases)},
          {"audit", audit_of(results.audit)}};
}

std::string summary_of(const scenario& what, const run_result& results) {
  auto text = line("%-12s %-12s %10s %9s %9s %9s %9s  %s\n", "phase", "operation", "answers/s",
                   "p50 ms", "p99 ms", "p99.9 ms", "max ms", "outcomes");
  for (const auto& one : results.phases) {
    if (!one.was_measured) continue;
    const auto seconds = std::chrono::duration<double>{one.length}.count();
    for (std::size_t i = 0; i < one.kinds.size(); ++i) {
      const auto& its = one.kinds[i];
      std::string outcomes;
      for (const auto& [code, count] : its.outcomes)
        outcomes += (outcomes.empty() ? "" : ", ") + code + " " + std::to_string(count);
      text += line("%-12s %-12s %10.0f %9.2f %9.2f %9.2f %9.2f  ", one.name.c_str(),
                   what.mix[i].name().c_str(), static_cast<double>(its.latency.count()) / seconds,
                   in_ms(its.latency.at(0.5)), in_ms(its.latency.at(0.99)),
                   in_ms(its.latency.at(0.999)), in_ms(its.latency.most()));
      text += outcomes + "\n";
    }
  }
  const auto& audit = results.audit;
  text += line(
      "audit: %s; %llu streams, %llu events, %llu acknowledged, %llu unknown\n",
      audit.passed() ? "passed" : "FAILED", static_cast<unsigned long long>(audit.streams),
      static_cast<unsigned long long>(audit.events),
      static_cast<unsigned long long>(audit.acknowledged),
      static_cast<unsigned long long>(audit.unknown_took_effect + audit.unknown_without_effect));
  for (const auto& one : audit.examples) text += "  " + one + "\n";
  return text;
}

}  // namespace acta::internal::load
