#include "runtime/load/thresholds.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "actors/model/malformed.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, double>, 6> quantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99_9", 0.999}, {"p99_99", 0.9999}, {"max", 1}}};
constexpr auto metrics = "p50, p90, p99, p99_9, p99_99, max, errors and answers_per_second";

bool is_metric(std::string_view name) {
  return quantile_of(name) || name == "errors" || name == "answers_per_second";
}

std::string at(std::size_t index) { return "thresholds[" + std::to_string(index) + "]"; }

/// Latencies alone are that short: "250us".
std::optional<std::chrono::microseconds> microseconds_of(std::string_view text) {
  if (!text.ends_with("us")) return std::nullopt;
  const auto number = whole_number(text.substr(0, text.size() - 2));
  constexpr std::uint64_t most = 86'400'000'000;  // a day
  if (!number || *number > most) return std::nullopt;
  return std::chrono::microseconds{static_cast<std::int64_t>(*number)};
}

result<void> read_latency(threshold& into, const json& from, const std::string& path) {
  if (!from.is_string()) return malformed(path, R"(must be a time, as in "20ms")");
  into.text = from.get<std::string>();
  if (const auto limit = microseconds_of(into.text)) {
    into.limit = std::chrono::duration<double, std::nano>{*limit}.count();
  } else if (const auto longer = duration_of(into.text)) {
    into.limit = std::chrono::duration<double, std::nano>{*longer}.count();
  } else {
    return malformed(path, no_duration(into.text) + "; or us");
  }
  if (into.limit == 0) return malformed(path, "must be above 0");
  return {};
}

result<void> read_number(threshold& into, const json& from, const std::string& path) {
  into.limit = from.is_number() ? from.get<double>() : -1;
  into.text = from.dump();
  if (into.metric == "errors" && !(into.limit >= 0 && into.limit <= 1))
    return malformed(path, "must be a share from 0 to 1");
  if (into.metric != "errors" && !(into.limit > 0))
    return malformed(path, "must be a number above 0");
  return {};
}

result<void> read_metric(threshold& into, const std::string& name, const json& value,
                         const std::string& path) {
  if (!into.metric.empty())
    return malformed(path,
                     "is a second metric beside '" + into.metric + "': each threshold has one");
  into.metric = name;
  return quantile_of(name) ? read_latency(into, value, path) : read_number(into, value, path);
}

result<void> read_member(threshold& into, const std::string& name, const json& value,
                         const std::string& path) {
  if (is_metric(name)) return read_metric(into, name, value, path);
  if (name == "abort") {
    if (!value.is_boolean()) return malformed(path, "must be true or false");
    into.abort = value.get<bool>();
    return {};
  }
  auto* const text = name == "operation" ? &into.operation
                     : name == "phase"   ? &into.phase
                     : name == "outcome" ? &into.outcome
                                         : nullptr;
  if (!text)
    return malformed(path, std::string{"is none of "} + metrics +
                               ", nor of operation, phase, outcome and abort");
  if (!value.is_string() || value.get_ref<const std::string&>().empty())
    return malformed(path, "must be a text that is not empty");
  *text = value.get<std::string>();
  return {};
}

result<threshold> parse_threshold(const json& from, const std::string& path) {
  if (!from.is_object()) return malformed(path, "must be an object");
  threshold entry;
  for (const auto& [name, value] : from.items())
    if (auto read = read_member(entry, name, value, path + "." + name); !read) return read.error();
  if (entry.metric.empty()) return malformed(path, std::string{"needs one of "} + metrics);
  if (entry.outcome && !quantile_of(entry.metric))
    return malformed(path + ".outcome", "is for latencies");
  return entry;
}

bool is_one_of(std::span<const std::string> names, const std::optional<std::string>& name) {
  return !name || std::find(names.begin(), names.end(), *name) != names.end();
}

}  // namespace

std::optional<double> quantile_of(std::string_view metric) {
  for (const auto& [name, quantile] : quantiles)
    if (name == metric) return quantile;
  return std::nullopt;
}

result<std::vector<threshold>> parse_thresholds(const json& list) {
  if (!list.is_array()) return malformed("thresholds", "must be a list");
  std::vector<threshold> all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto entry = parse_threshold(list[i], at(i));
    if (!entry) return entry.error();
    all.push_back(*std::move(entry));
  }
  return all;
}

result<void> check_thresholds(std::span<const threshold> all,
                              std::span<const std::string> operations,
                              std::span<const std::string> phases) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_one_of(operations, all[i].operation))
      return malformed(at(i) + ".operation", "'" + *all[i].operation + "' is not in the mix");
    if (!is_one_of(phases, all[i].phase))
      return malformed(at(i) + ".phase", "'" + *all[i].phase + "' is no phase that is measured");
  }
  return {};
}

}  // namespace acta::internal::load
