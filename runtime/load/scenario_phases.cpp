#include "runtime/load/scenario_phases.hpp"

#include <numeric>

#include "actors/model/malformed.hpp"
#include "runtime/codec/duration.hpp"

namespace acta::internal::load {

namespace {

constexpr double most_rate = 10'000'000;
constexpr std::uint64_t most_steps = 1'000;
constexpr std::uint64_t most_clients = 100'000;
constexpr std::chrono::hours longest_phase{24 * 7};

using rate_lines = std::vector<rate_line>;

/// A member of a phase, for the errors.
class place {
public:
  explicit place(std::size_t index) : path_{"phases[" + std::to_string(index) + "]."} {}
  [[nodiscard]] error wrong(const char* member, std::string why) const {
    return malformed(path_ + member, std::move(why));
  }

private:
  std::string path_;
};

result<client_loop> clients_of(const written_phase& from, const place& here) {
  if (from.rate || from.to || from.steps)
    return here.wrong("clients", "wait for answers, and have no rate");
  if (*from.clients < 1 || *from.clients > most_clients)
    return here.wrong("clients", "must be from 1 to 100000");
  client_loop loop{static_cast<std::size_t>(*from.clients)};
  if (!from.think) return loop;
  const auto think = duration_of(*from.think);
  if (!think) return here.wrong("think", no_duration(*from.think));
  loop.think = *think;
  return loop;
}

result<void> check_rates(const written_phase& from, const place& here) {
  if (!from.rate) return here.wrong("rate", R"(is missing; or "clients")");
  if (from.think) return here.wrong("think", R"(is for "clients")");
  for (const auto& [member, rate] : {std::pair{"rate", from.rate}, {"to", from.to}})
    if (rate && !(*rate >= 0 && *rate <= most_rate))
      return here.wrong(member, "must be from 0 to 10000000 a second");
  if (*from.rate == 0 && from.to.value_or(0) == 0)
    return here.wrong("rate", "must be above 0, or go to a rate that is");
  if (!from.steps) return {};
  if (*from.steps < 2 || *from.steps > most_steps)
    return here.wrong("steps", "must be from 2 to 1000");
  if (!from.to) return here.wrong("steps", R"(go from "rate" to "to")");
  return {};
}

rate_lines rates_of(const written_phase& from, std::chrono::nanoseconds length) {
  const auto first = *from.rate;
  const auto last = from.to.value_or(first);
  if (!from.steps) return {{first, last, length}};
  const auto steps = static_cast<double>(*from.steps);
  rate_lines lines;
  for (double step = 0; step < steps; ++step) {
    const auto rate = first + (last - first) * step / (steps - 1);
    lines.push_back({rate, rate, length / *from.steps});
  }
  return lines;
}

}  // namespace

result<phase> phase_of(const written_phase& from, std::size_t index) {
  const place here{index};
  const auto length = duration_of(from.length, longest_phase);
  if (!length) return here.wrong("for", no_duration(from.length, longest_phase));
  if (length->count() == 0) return here.wrong("for", "must be above 0");
  phase entry{from.name.value_or(std::to_string(index + 1)), {}, from.measured.value_or(true)};
  if (from.clients) {
    auto loop = clients_of(from, here);
    if (!loop) return loop.error();
    loop->length = *length;
    entry.load = *loop;
    return entry;
  }
  if (auto good = check_rates(from, here); !good) return good.error();
  entry.load = rates_of(from, *length);
  return entry;
}

std::chrono::nanoseconds phase::length() const {
  if (const auto* closed = std::get_if<client_loop>(&load)) return closed->length;
  const auto& lines = std::get<rate_lines>(load);
  return std::accumulate(lines.begin(), lines.end(), std::chrono::nanoseconds{0},
                         [](auto sum, const rate_line& one) { return sum + one.length; });
}

double phase::rate_at(std::chrono::nanoseconds time) const {
  if (std::holds_alternative<client_loop>(load)) return 0;
  for (const auto& line : std::get<rate_lines>(load)) {
    if (time < line.length)
      return line.from + (line.to - line.from) * (static_cast<double>(time.count()) /
                                                  static_cast<double>(line.length.count()));
    time -= line.length;
  }
  return 0;
}

}  // namespace acta::internal::load
