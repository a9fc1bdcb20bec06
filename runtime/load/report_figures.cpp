#include "runtime/load/report_figures.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "actors/model/malformed.hpp"
#include "runtime/load/verdicts.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

constexpr std::array<const char*, 4> latencies{"p50", "p99", "p99_9", "max"};

/// The detail names the place too: who prints it alone says what is wrong.
error no_report(const std::string& place, const std::string& why) {
  return malformed(place, place + " " + why);
}

std::optional<double> number(const ordered_json& of, const char* name) {
  const auto found = of.find(name);
  if (found == of.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}
std::string text(const ordered_json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Calls `each` with every object of a list and its place; a result that failed ends it.
template <class Each>
result<void> for_each_in(const ordered_json& of, const char* name, const std::string& place,
                         Each each) {
  const auto found = of.find(name);
  const auto list = place + "." + name;
  if (found == of.end() || !found->is_array()) return no_report(list, "must be a list");
  for (std::size_t i = 0; i < found->size(); ++i) {
    const auto& one = (*found)[i];
    const auto its_place = list + "[" + std::to_string(i) + "]";
    if (!one.is_object()) return no_report(its_place, "must be an object");
    if (auto good = each(one, its_place); !good) return good;
  }
  return {};
}

double outcome(const ordered_json& kind, const char* code) {
  const auto outcomes = kind.find("outcomes");
  if (outcomes == kind.end() || !outcomes->is_object()) return 0;
  return number(*outcomes, code).value_or(0);
}

/// None if nothing was answered.
std::optional<double> share_of_errors(const ordered_json& kind) {
  const auto outcomes = kind.find("outcomes");
  if (outcomes == kind.end() || !outcomes->is_object()) return std::nullopt;
  double all = 0;
  double errors = 0;
  for (const auto& [code, count] : outcomes->items()) {
    if (!count.is_number()) continue;
    all += count.get<double>();
    if (is_error(code)) errors += count.get<double>();
  }
  if (all == 0) return std::nullopt;
  return 100 * errors / all;
}

class reading {
public:
  result<void> phase(const ordered_json& one, const std::string& place) {
    const auto measured = one.find("measured");
    if (measured != one.end() && *measured == false) return {};
    const auto seconds = number(one, "seconds");
    std::map<std::string, int> seen;
    return for_each_in(one, "kinds", place, [&](const ordered_json& kind, const std::string&) {
      auto operation = text(kind, "operation");
      if (const auto times = ++seen[operation]; times > 1)
        operation += " #" + std::to_string(times);
      add(figures_for(text(one, "name"), operation), kind, seconds.value_or(0));
      return result<void>{};
    });
  }
  void note_end(const ordered_json& run, const std::string& side) {
    const auto its = "run " + std::to_string(all.runs) + " of " + side;
    if (const auto code = number(run, "exit_code"); code && *code != 0)
      all.ended_otherwise.push_back(its + " ended with exit code " +
                                    std::to_string(static_cast<int>(*code)));
    const auto stopped = run.find("stopped");
    if (stopped != run.end() && *stopped == true)
      all.ended_otherwise.push_back(its + " was stopped early");
  }
  report_figures all;

private:
  operation_figures& figures_for(std::string phase, std::string operation) {
    operation_figures wanted{std::move(phase), std::move(operation), {}};
    for (auto& one : all.operations)
      if (one.phase == wanted.phase && one.operation == wanted.operation) return one;
    return all.operations.emplace_back(std::move(wanted));
  }
  /// Latencies of no answer at all are 0, which would be the best of all.
  static void add(operation_figures& to, const ordered_json& kind, double seconds) {
    const auto found = kind.find("latency_ms");
    if (found == kind.end() || !found->is_object()) return;
    const auto count = number(*found, "count");
    // Operations without an answer have a latency, their age.
    if (count && seconds > 0)
      to.values[0].push_back((*count - outcome(kind, "unanswered")) / seconds);
    for (std::size_t i = 0; i < latencies.size(); ++i)
      if (const auto value = number(*found, latencies[i]); value && count != 0.0)
        to.values[i + 1].push_back(*value);
    if (const auto share = share_of_errors(kind)) to.values[latencies.size() + 1].push_back(*share);
  }
};

}  // namespace

const operation_figures* report_figures::find(const operation_figures& same) const {
  const auto found = std::find_if(operations.begin(), operations.end(), [&](const auto& one) {
    return one.phase == same.phase && one.operation == same.operation;
  });
  return found == operations.end() ? nullptr : &*found;
}

result<report_figures> figures_of(const ordered_json& report, const std::string& side) {
  if (!report.is_object()) return no_report(side, "is no report: it must be an object");
  const auto format = number(report, "format");
  if (!format) return no_report(side, "is no report: it has no format");
  if (*format != 1) return no_report(side + ".format", "must be 1: this program knows no other");
  reading from;
  const auto good =
      for_each_in(report, "runs", side, [&](const ordered_json& run, const std::string& place) {
        ++from.all.runs;
        from.note_end(run, side);
        return for_each_in(run, "phases", place,
                           [&](const ordered_json& one, const std::string& its_place) {
                             return from.phase(one, its_place);
                           });
      });
  if (!good) return good.error();
  if (from.all.runs == 0) return no_report(side + ".runs", "must not be empty");
  return std::move(from.all);
}

}  // namespace acta::internal::load
