// A scenario as it is written. A payload may have any form: it is taken out before, and its text
// stands here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/inspect.hpp"

namespace acta::internal::load {

struct written_operation {
  std::optional<std::string> command;
  std::optional<bool> read;
  std::optional<double> weight;
  std::optional<std::uint64_t> times;
  std::optional<bool> if_new;
  std::optional<std::string> payload;
};
template <class Inspector>
bool inspect(Inspector& f, written_operation& o) {
  return f.object(o).fields(f.field("command", o.command), f.field("read", o.read),
                            f.field("weight", o.weight), f.field("times", o.times),
                            f.field("if_new", o.if_new), f.field("payload", o.payload));
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
  std::optional<double> rate;
  std::optional<double> to;
  std::optional<std::uint64_t> steps;
  std::optional<std::uint64_t> clients;
  std::optional<std::string> think;
  std::string length;
  std::optional<bool> measured;
};
template <class Inspector>
bool inspect(Inspector& f, written_phase& p) {
  return f.object(p).fields(f.field("name", p.name), f.field("rate", p.rate), f.field("to", p.to),
                            f.field("steps", p.steps), f.field("clients", p.clients),
                            f.field("think", p.think), f.field("for", p.length),
                            f.field("measured", p.measured));
}

struct written_retry {
  std::uint64_t times = 0;
  std::optional<std::string> after;
};
template <class Inspector>
bool inspect(Inspector& f, written_retry& r) {
  return f.object(r).fields(f.field("times", r.times), f.field("after", r.after));
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
  std::optional<written_retry> retry;
};
template <class Inspector>
bool inspect(Inspector& f, written_scenario& s) {
  return f.object(s).fields(
      f.field("name", s.name), f.field("aggregate", s.aggregate), f.field("seed", s.seed),
      f.field("keys", s.keys), f.field("arrivals", s.arrivals), f.field("prepare", s.prepare),
      f.field("mix", s.mix), f.field("phases", s.phases), f.field("retry", s.retry));
}

}  // namespace acta::internal::load
