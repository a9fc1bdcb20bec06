#include "runtime/load/scenario.hpp"

#include <utility>

#include "actors/model/malformed.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/load/scenario_phases.hpp"
#include "runtime/load/written_scenario.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::json;

constexpr std::uint64_t most_keys = 10'000'000;
constexpr std::uint64_t most_retries = 100;
constexpr std::uint64_t most_preparations = 1'000'000;
constexpr double most_weight = 1e9;

std::string at(const char* list, std::size_t index, const char* member = nullptr) {
  auto path = std::string{list} + "[" + std::to_string(index) + "]";
  return member ? path + "." + member : path;
}

void take_out_payloads(json& from, const char* list) {
  const auto found = from.find(list);
  if (!from.is_object() || found == from.end() || !found->is_array()) return;
  for (auto& one : *found)
    if (one.is_object() && one.contains("payload")) one["payload"] = one["payload"].dump();
}

result<std::vector<threshold>> take_thresholds(json& from) {
  if (!from.is_object() || !from.contains("thresholds")) return std::vector<threshold>{};
  auto read = parse_thresholds(from["thresholds"]);
  from.erase("thresholds");
  return read;
}

/// Fails at one of an operation or a phase that is not there.
result<void> check_places(const scenario& what) {
  std::vector<std::string> operations, phases;
  for (const auto& one : what.mix) operations.push_back(one.name());
  for (const auto& one : what.phases)
    if (one.measured) phases.push_back(one.name);
  return check_thresholds(what.thresholds, operations, phases);
}

/// A threshold and a report name a phase, so a name stands for one. A phase without a name is
/// called by its number.
result<void> check_names(const std::vector<phase>& phases) {
  for (std::size_t i = 0; i < phases.size(); ++i)
    for (std::size_t before = 0; before < i; ++before)
      if (phases[before].name == phases[i].name)
        return malformed(at("phases", i, "name"),
                         "'" + phases[i].name + "' is also the name of " + at("phases", before));
  return {};
}

result<kind_of_operation> operation_of(const written_operation& from, const char* list,
                                       std::size_t index) {
  kind_of_operation operation;
  const bool reads = from.read.value_or(false);
  if (reads == from.command.has_value())
    return malformed(at(list, index), R"(is either a "command" or "read": true)");
  if (reads && from.payload) return malformed(at(list, index, "payload"), "is for commands");
  operation.command = from.command.value_or("");
  operation.weight = from.weight.value_or(1);
  // A sum of weights must stay finite, or one kind alone is drawn.
  if (!(operation.weight > 0 && operation.weight <= most_weight))
    return malformed(at(list, index, "weight"), "must be above 0 and at most 1e9");
  if (reads) return operation;
  auto arguments = payload::parse(json::parse(from.payload.value_or("{}")));
  if (!arguments) {
    auto why = arguments.error();
    why.field = at(list, index, "payload") + (why.field.empty() ? "" : "." + why.field);
    return why;
  }
  operation.arguments = *std::move(arguments);
  return operation;
}

result<key_law> law_of(const written_keys& keys) {
  const auto law = keys.law.value_or("uniform");
  if (law != "uniform" && law != "sequential" && law != "zipf" && law != "hot")
    return malformed("keys.law", "'" + law + "' is none of uniform, sequential, zipf and hot");
  if (keys.exponent && law != "zipf") return malformed("keys.exponent", "is for the law zipf");
  if ((keys.hot || keys.share) && law != "hot")
    return malformed(keys.hot ? "keys.hot" : "keys.share", "is for the law hot");
  if (law == "uniform") return key_law{uniform_keys{}};
  if (law == "sequential") return key_law{sequential_keys{}};
  if (law == "zipf") {
    const auto exponent = keys.exponent.value_or(1);
    if (!(exponent > 0 && exponent <= 20))
      return malformed("keys.exponent", "must be above 0 and at most 20");
    return key_law{zipf_keys{exponent}};
  }
  const hot_keys hot{keys.hot.value_or(1), keys.share.value_or(0.9)};
  if (hot.count < 1 || hot.count >= keys.count)
    return malformed("keys.hot", "must be at least 1 and fewer than keys.count");
  if (!(hot.share >= 0 && hot.share <= 1)) return malformed("keys.share", "must be from 0 to 1");
  return key_law{hot};
}

result<retry_policy> retry_of(const written_retry& from) {
  if (from.times > most_retries) return malformed("retry.times", "must be at most 100");
  retry_policy policy{static_cast<unsigned>(from.times)};
  if (!from.after) return policy;
  const auto after = duration_of(*from.after);
  if (!after) return malformed("retry.after", no_duration(*from.after));
  policy.after = *after;
  return policy;
}

result<scenario> scenario_of(const written_scenario& from) {
  scenario whole;
  whole.name = from.name;
  whole.aggregate = from.aggregate;
  whole.seed = from.seed.value_or(1);
  whole.keys = from.keys.count;
  if (whole.keys < 1 || whole.keys > most_keys)
    return malformed("keys.count", "must be from 1 to 10000000");
  auto law = law_of(from.keys);
  if (!law) return law.error();
  whole.law = *std::move(law);
  const auto arrivals = from.arrivals.value_or("poisson");
  if (arrivals != "poisson" && arrivals != "constant")
    return malformed("arrivals", "'" + arrivals + "' is neither poisson nor constant");
  if (arrivals == "constant") whole.arrivals = arrival_law::constant;
  const auto prepare = from.prepare.value_or(std::vector<written_operation>{});
  for (std::size_t i = 0; i < prepare.size(); ++i) {
    auto one = operation_of(prepare[i], "prepare", i);
    if (!one) return one.error();
    if (one->command.empty()) return malformed(at("prepare", i), "must be a command");
    if (prepare[i].weight) return malformed(at("prepare", i, "weight"), "is for the mix");
    if (prepare[i].times.value_or(1) > most_preparations)
      return malformed(at("prepare", i, "times"), "must be at most 1000000");
    whole.prepare.push_back(
        {*std::move(one), prepare[i].times.value_or(1), prepare[i].if_new.value_or(false)});
  }
  for (std::size_t i = 0; i < from.mix.size(); ++i) {
    auto one = operation_of(from.mix[i], "mix", i);
    if (!one) return one.error();
    if (from.mix[i].times || from.mix[i].if_new)
      return malformed(at("mix", i, from.mix[i].times ? "times" : "if_new"), "is for preparations");
    whole.mix.push_back(*std::move(one));
  }
  if (whole.mix.empty()) return malformed("mix", "must not be empty");
  for (std::size_t i = 0; i < from.phases.size(); ++i) {
    auto one = phase_of(from.phases[i], i);
    if (!one) return one.error();
    whole.phases.push_back(*std::move(one));
  }
  if (whole.phases.empty()) return malformed("phases", "must not be empty");
  if (auto good = check_names(whole.phases); !good) return good.error();
  auto retry = retry_of(from.retry.value_or(written_retry{}));
  if (!retry) return retry.error();
  whole.retry = *retry;
  return whole;
}

}  // namespace

result<scenario> parse_scenario(std::string_view text, const environment& variables) {
  const auto with_variables = parse_json(text);
  if (!with_variables) return with_variables.error();
  auto read = with_environment(*with_variables, variables);
  if (!read) return read.error();
  auto written_as = *read;
  auto thresholds = take_thresholds(*read);
  if (!thresholds) return thresholds.error();
  take_out_payloads(*read, "prepare");
  take_out_payloads(*read, "mix");
  written_scenario written;
  if (auto good = from_json(*read, [&](visitor& v) { return visit(v, written); }); !good)
    return good.error();
  auto whole = scenario_of(written);
  if (!whole) return whole;
  whole->written = std::move(written_as);
  whole->thresholds = *std::move(thresholds);
  if (auto good = check_places(*whole); !good) return good.error();
  return whole;
}

}  // namespace acta::internal::load
