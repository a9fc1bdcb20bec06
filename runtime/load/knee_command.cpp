#include "runtime/load/knee_command.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "runtime/load/exit_code.hpp"
#include "runtime/load/heading.hpp"
#include "runtime/load/interrupt.hpp"
#include "runtime/load/knee_report.hpp"
#include "runtime/load/live_view.hpp"
#include "runtime/load/phase_verdicts.hpp"
#include "runtime/load/report.hpp"
#include "runtime/load/report_files.hpp"
#include "runtime/load/terminal.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

/// A step is over once so many seconds of its operations wait for their answers.
constexpr double most_backlog_seconds = 5;

std::string rate_text(double rate) { return std::to_string(std::llround(rate)); }

/// The thresholds that are an objective: of any phase, and not of a rate.
std::vector<threshold> objective_of(std::vector<threshold> all) {
  std::erase_if(all, [](const threshold& one) { return one.metric == "answers_per_second"; });
  for (auto& one : all) one.phase.reset();
  return all;
}

class steps {
public:
  steps(const scenario& what, opened_target& on, const knee_options& how, live_view& view)
      : what_{what}, how_{how}, view_{view}, run_{what, on.on(), settings()} {}

  [[nodiscard]] load_run& run() { return run_; }
  /// Of each step so far.
  [[nodiscard]] const std::vector<trial_figures>& figures() const { return figures_; }

  step at(double rate) {
    phase one{rate_text(rate) + "/s", {}, true};
    const std::chrono::duration<double> for_all{static_cast<double>(how_.operations) / rate};
    const auto length = std::max<std::chrono::nanoseconds>(
        how_.step, std::chrono::duration_cast<std::chrono::nanoseconds>(for_all));
    one.load = std::vector{rate_line{rate, rate, length}};
    broke_early_ = false;
    ++done_;
    const auto seen = run_.carry_out(one);
    figures_.push_back(figures_of_trial(seen));
    const auto outcome = judge(seen);
    view_.say(one.name + ": " + std::string{to_string(outcome)} + told(seen));
    return outcome;
  }

private:
  run_settings settings() {
    run_settings how;
    how.prefix = prefix_of_now();
    how.tell = [this](const std::string& line) { view_.say(line); };
    how.watch = [this](progress at) {
      at.phase_index = done_;
      at.phases = 0;
      view_.show(at);
    };
    how.is_enough = [this](const phase_result&, const progress& at) {
      // For good: the last look comes when the backlog is gone.
      if (at.rate_asked > 0 &&
          static_cast<double>(at.in_flight) > most_backlog_seconds * at.rate_asked)
        broke_early_ = true;
      return broke_early_.load();
    };
    return how;
  }
  step judge(const phase_result& seen) const {
    if (run_.was_stopped()) return step::stopped;
    if (broke_early_ || seen.unanswered > 0) return step::broke;
    if (was_late(seen)) return step::voided;
    const auto verdicts = verdicts_on(what_, seen);
    const auto passed = [](const verdict& one) { return one.passed; };
    return std::all_of(verdicts.begin(), verdicts.end(), passed) ? step::held : step::broke;
  }
  [[nodiscard]] std::string told(const phase_result& seen) const {
    if (broke_early_) return ", answers did not keep up";
    std::string text;
    for (const auto& one : verdicts_on(what_, seen)) text += ", " + one.what + " " + one.value;
    return text;
  }

  const scenario& what_;
  const knee_options& how_;
  live_view& view_;
  std::atomic<bool> broke_early_{false};
  std::size_t done_ = 0;
  std::vector<trial_figures> figures_;
  load_run run_;
};

std::string table_of(const knee_result& found) {
  std::string text = "rate a second        held   broke  voided\n";
  for (const auto& one : found.candidates) {
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), "%13.0f  %10zu  %6zu  %6zu\n", one.rate, one.held,
                  one.broke, one.voided);
    text += line.data();
  }
  text += "knee: " + std::string{to_string(found.why)};
  if (found.held) text += "; holds " + rate_text(*found.held) + " a second";
  if (found.broke) text += "; breaks at " + rate_text(*found.broke);
  return text + "\n";
}

int exit_code_of(const knee_result& found, const result<audit_result>& audit) {
  if (!audit || !audit->passed()) return exit_code::audit_failed;
  if (found.why == knee_result::end::generator_late) return exit_code::generator_was_late;
  return found.held ? exit_code::went_well : exit_code::threshold_broken;
}

}  // namespace

int knee_command(const knee_options& how, const domain& with) {
  auto what = read_scenario(how.scenario, with);
  if (!what) return exit_code::not_understood;
  what->thresholds = objective_of(std::move(what->thresholds));
  if (what->thresholds.empty())
    return complain(how.scenario.string() + ": thresholds: say when a rate holds, and are missing");
  if (how.search.first_rate > how.search.most_rate) return complain("--from is above --to");
  report_files files{how.report, how.page};
  if (const auto good = files.check(); !good) return complain(good.error().detail);
  auto opened = opened_target::open(how.target, type_of(*what, with));
  if (!opened) return complain(opened.error().detail);
  live_view view{std::cerr, is_terminal(STDERR_FILENO), columns_of(STDERR_FILENO)};
  steps all{*what, **opened, how, view};
  const stops_at_interrupt interrupted{all.run()};
  if (const auto good = all.run().prepare(); !good) return complain(good.error().detail);
  const auto found = find_knee(how.search, [&all](double rate) { return all.at(rate); });
  const auto audit = all.run().audit(invariant_of(*what, with), (*opened)->journal());
  view.end();
  std::cout << table_of(found) << audit_text(audit) << std::flush;
  auto document = heading_of(*what, how.target);
  document["knee"] = search_of(found, all.figures());
  document["audit"] = audit_document(audit);
  const auto code = exit_code_of(found, audit);
  const auto written = files.write(document);
  if (written) return code;
  complain(written.error().detail);
  return code == exit_code::went_well ? exit_code::not_understood : code;
}

}  // namespace acta::internal::load
