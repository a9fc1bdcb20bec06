#include "runtime/load/run_command.hpp"

#include <algorithm>
#include <array>
#include <iostream>

#include "runtime/load/exit_code.hpp"
#include "runtime/load/heading.hpp"
#include "runtime/load/interrupt.hpp"
#include "runtime/load/live_view.hpp"
#include "runtime/load/phase_verdicts.hpp"
#include "runtime/load/processor_time.hpp"
#include "runtime/load/report.hpp"
#include "runtime/load/report_files.hpp"
#include "runtime/load/terminal.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

class one_run {
public:
  one_run(const scenario& what, const domain& with, opened_target& on, live_view& view)
      : what_{what}, with_{with}, opened_{on}, run_{what, on.on(), settings(view)} {}

  /// Fails if there is nothing to report: the target could not be prepared.
  result<run_result> operator()() {
    const stops_at_interrupt interrupted{run_};
    if (auto good = run_.prepare(); !good) return good.error();
    opened_.begin_kills();
    const auto generator = thread_processor_time();
    const auto target = opened_.processor_time();
    for (const auto& one : what_.phases) {
      if (run_.was_stopped()) break;
      results_.phases.push_back(run_.carry_out(one));
      if (results_.phases.back().was_ended) break;
    }
    results_.used.generator = thread_processor_time() - generator;
    if (const auto now = opened_.processor_time(); now && target)
      results_.used.target = *now - *target;
    results_.used.target_peak_bytes = opened_.peak_bytes();
    results_.used.generator_peak_bytes = own_peak_memory();
    audit();
    judge();
    return std::move(results_);
  }

private:
  run_settings settings(live_view& view) {
    run_settings how;
    how.prefix = prefix_of_now();
    how.tell = [&view](const std::string& line) { view.say(line); };
    how.watch = [this, &view](progress at) {
      at.phase_index = results_.phases.size();
      at.phases = what_.phases.size();
      view.show(at);
    };
    how.is_enough = [this](const phase_result& so_far, const progress&) {
      return breaks_for_good(what_, so_far);
    };
    return how;
  }
  void audit() {
    if (!results_.phases.empty() && results_.phases.back().was_ended)
      results_.stopped_by = "a threshold with \"abort\"";
    auto there = opened_.end_kills();
    results_.kills = opened_.kills();
    results_.audit = there ? run_.audit(invariant_of(what_, with_), opened_.journal())
                           : result<audit_result>{there.error()};
    if (run_.was_stopped()) results_.stopped_by = "a signal";
  }
  void judge() {
    for (const auto& one : results_.phases) {
      if (!one.was_measured) continue;
      for (auto& each : verdicts_on(what_, one)) results_.thresholds.push_back(std::move(each));
    }
  }

  const scenario& what_;
  const domain& with_;
  opened_target& opened_;
  run_result results_;
  load_run run_;
};

/// A wrong answer is worse than a run that shows nothing, and that than a broken threshold.
int worse_of(int a, int b) {
  static constexpr std::array from_bad_to_worse{exit_code::went_well, exit_code::threshold_broken,
                                                exit_code::generator_was_late,
                                                exit_code::audit_failed};
  const auto place = [](int code) {
    return std::find(from_bad_to_worse.begin(), from_bad_to_worse.end(), code);
  };
  return place(a) < place(b) ? b : a;
}

}  // namespace

std::string prefix_of_now() {
  return "load-" +
         std::to_string(std::chrono::system_clock::now().time_since_epoch() /
                        std::chrono::microseconds{1}) +
         "-";
}

int run_command(const run_options& how, const domain& with) {
  const auto what = read_scenario(how.scenario, with);
  if (!what) return exit_code::not_understood;
  report_files files{how.report, how.page};
  if (const auto good = files.check(); !good) return complain(good.error().detail);
  auto document = heading_of(*what, how.target);
  document["runs"] = ordered_json::array();
  int worst = exit_code::went_well;
  for (std::size_t i = 0; i < how.repeat; ++i) {
    auto opened = opened_target::open(how.target, type_of(*what, with));
    if (!opened) return complain(opened.error().detail);
    live_view view{std::cerr, is_terminal(STDERR_FILENO), columns_of(STDERR_FILENO)};
    if (how.repeat > 1)
      view.say("run " + std::to_string(i + 1) + " of " + std::to_string(how.repeat));
    one_run run{*what, with, **opened, view};
    const auto results = run();
    view.end();
    if (!results) return complain(results.error().detail);
    std::cout << summary_of(*what, *results) << std::flush;
    document["runs"].push_back(report_of(*what, *results));
    worst = worse_of(worst, results->exit_code());
    if (!results->stopped_by.empty()) break;
  }
  const auto written = files.write(document);
  if (written) return worst;
  const auto code = complain(written.error().detail);
  return worst == exit_code::went_well ? code : worst;
}

}  // namespace acta::internal::load
