#include "runtime/load/scenario.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "actors/model/inspect.hpp"
#include "actors/model/malformed.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/codec/json.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::json;

// The scenario as it is written. A payload may have any form: it is taken out before, and its text
// stands here.

struct written_operation {
  std::optional<std::string> command;
  std::optional<bool> read;
  std::optional<double> weight;
  std::optional<std::uint64_t> times;
  std::optional<std::string> payload;
};
template <class Inspector>
bool inspect(Inspector& f, written_operation& o) {
  return f.object(o).fields(f.field("command", o.command), f.field("read", o.read),
                            f.field("weight", o.weight), f.field("times", o.times),
                            f.field("payload", o.payload));
}

struct written_keys {
  std::uint64_t count = 0;
  std::optional<std::string> law;
  std::optional<double> exponent;
  std::optional<std::uint64_t> hot;
  std::optional<double> share;
};
template <class Inspector>
bool inspect(Inspector& f, written_keys& k) {
  return f.object(k).fields(f.field("count", k.count), f.field("law", k.law),
                            f.field("exponent", k.exponent), f.field("hot", k.hot),
                            f.field("share", k.share));
}

struct written_phase {
  std::optional<std::string> name;
  double rate = 0;
  std::optional<double> to;
  std::optional<std::uint64_t> steps;
  std::string length;
  std::optional<bool> measured;
};
template <class Inspector>
bool inspect(Inspector& f, written_phase& p) {
  return f.object(p).fields(f.field("name", p.name), f.field("rate", p.rate), f.field("to", p.to),
                            f.field("steps", p.steps), f.field("for", p.length),
                            f.field("measured", p.measured));
}

struct written_scenario {
  std::string name;
  std::string aggregate;
  std::optional<std::uint64_t> seed;
  written_keys keys;
  std::optional<std::string> arrivals;
  std::optional<std::vector<written_operation>> prepare;
  std::vector<written_operation> mix;
  std::vector<written_phase> phases;
};
template <class Inspector>
bool inspect(Inspector& f, written_scenario& s) {
  return f.object(s).fields(f.field("name", s.name), f.field("aggregate", s.aggregate),
                            f.field("seed", s.seed), f.field("keys", s.keys),
                            f.field("arrivals", s.arrivals), f.field("prepare", s.prepare),
                            f.field("mix", s.mix), f.field("phases", s.phases));
}

constexpr std::uint64_t most_keys = 100'000'000;
constexpr double most_rate = 10'000'000;
constexpr std::uint64_t most_steps = 1'000;
constexpr std::chrono::hours longest_phase{24 * 7};

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

result<kind_of_operation> operation_of(const written_operation& from, const char* list,
                                       std::size_t index) {
  kind_of_operation operation;
  const bool reads = from.read.value_or(false);
  if (reads == from.command.has_value())
    return malformed(at(list, index), R"(is either a "command" or "read": true)");
  if (reads && from.payload) return malformed(at(list, index, "payload"), "is for commands");
  operation.command = from.command.value_or("");
  operation.weight = from.weight.value_or(1);
  if (!std::isfinite(operation.weight) || operation.weight <= 0)
    return malformed(at(list, index, "weight"), "must be above 0");
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

result<phase> phase_of(const written_phase& from, std::size_t index) {
  const auto length = duration_of(from.length, longest_phase);
  if (!length)
    return malformed(at("phases", index, "for"), no_duration(from.length, longest_phase));
  if (length->count() == 0) return malformed(at("phases", index, "for"), "must be above 0");
  const auto last = from.to.value_or(from.rate);
  for (const auto& [member, rate] : {std::pair{"rate", from.rate}, {"to", last}})
    if (!(rate >= 0 && rate <= most_rate))
      return malformed(at("phases", index, member), "must be from 0 to 10000000 a second");
  if (from.rate == 0 && last == 0)
    return malformed(at("phases", index, "rate"), "must be above 0, or go to a rate that is");
  phase entry{from.name.value_or(std::to_string(index + 1)), {}, from.measured.value_or(true)};
  if (!from.steps) {
    entry.rates.push_back({from.rate, last, *length});
    return entry;
  }
  if (*from.steps < 2 || *from.steps > most_steps)
    return malformed(at("phases", index, "steps"), "must be from 2 to 1000");
  if (!from.to) return malformed(at("phases", index, "steps"), R"(go from "rate" to "to")");
  const auto steps = static_cast<double>(*from.steps);
  for (double step = 0; step < steps; ++step) {
    const auto rate = from.rate + (last - from.rate) * step / (steps - 1);
    entry.rates.push_back({rate, rate, std::chrono::nanoseconds{*length} / *from.steps});
  }
  return entry;
}

result<scenario> scenario_of(const written_scenario& from) {
  scenario whole;
  whole.name = from.name;
  whole.aggregate = from.aggregate;
  whole.seed = from.seed.value_or(1);
  whole.keys = from.keys.count;
  if (whole.keys < 1 || whole.keys > most_keys)
    return malformed("keys.count", "must be from 1 to 100000000");
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
    whole.prepare.push_back({*std::move(one), prepare[i].times.value_or(1)});
  }
  for (std::size_t i = 0; i < from.mix.size(); ++i) {
    auto one = operation_of(from.mix[i], "mix", i);
    if (!one) return one.error();
    if (from.mix[i].times) return malformed(at("mix", i, "times"), "is for preparations");
    whole.mix.push_back(*std::move(one));
  }
  if (whole.mix.empty()) return malformed("mix", "must not be empty");
  for (std::size_t i = 0; i < from.phases.size(); ++i) {
    auto one = phase_of(from.phases[i], i);
    if (!one) return one.error();
    whole.phases.push_back(*std::move(one));
  }
  if (whole.phases.empty()) return malformed("phases", "must not be empty");
  return whole;
}

}  // namespace

std::chrono::nanoseconds phase::length() const {
  return std::accumulate(rates.begin(), rates.end(), std::chrono::nanoseconds{0},
                         [](auto sum, const rate_line& one) { return sum + one.length; });
}

result<scenario> parse_scenario(std::string_view text) {
  auto read = parse_json(text);
  if (!read) return read.error();
  take_out_payloads(*read, "prepare");
  take_out_payloads(*read, "mix");
  written_scenario written;
  if (auto good = from_json(*read, [&](visitor& v) { return visit(v, written); }); !good)
    return good.error();
  return scenario_of(written);
}

}  // namespace acta::internal::load
