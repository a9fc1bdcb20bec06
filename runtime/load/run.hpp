// One run of a scenario against a target: preparation, phases, audit.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runtime/load/load_loop.hpp"
#include "runtime/load/progress.hpp"
#include "runtime/load/recorder.hpp"
#include "runtime/load/run_audit.hpp"
#include "runtime/load/scenario.hpp"
#include "runtime/load/target.hpp"

namespace acta::internal::load {

struct phase_result {
  std::string name;
  bool was_measured = true;
  std::chrono::steady_clock::time_point began{};
  std::chrono::nanoseconds length{};             ///< As long as it took, if it was stopped.
  std::chrono::nanoseconds until_last_answer{};  ///< From the begin on; at least `length`.
  measurement seen;              ///< Kinds as in the scenario's mix; seconds from its begin.
  std::uint64_t unanswered = 0;  ///< After the patience.
  bool was_ended = false;        ///< Before its time.

  /// How many answers came, of all kinds.
  [[nodiscard]] std::uint64_t answers() const {
    std::uint64_t sum = 0;
    for (const auto& kind : seen.kinds)
      for (const auto& [code, latency] : kind.latency) sum += latency.count();
    return sum - unanswered;
  }
};

struct run_settings {
  /// Begins the ids of the run's commands: two runs on one journal have different ones.
  std::string prefix;
  /// How long the answers of the last operations are waited for.
  std::chrono::milliseconds patience{30'000};
  /// Told what is done now, a line each.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
  /// Told twice a second how far a phase is, on a thread of its own.
  std::function<void(const progress&)> watch = [](const progress&) {};
  /// Asked twice a second, on that thread, about a measured phase so far, without its seconds:
  /// true ends the phase.
  std::function<bool(const phase_result&, const progress&)> is_enough =
      [](const phase_result&, const progress&) { return false; };
};

/// A run, step by step, by one thread; stop() from any, and from a signal's handler.
class load_run {
public:
  /// All of them outlive the run.
  load_run(const scenario& what, target& on, run_settings how);
  load_run(const load_run&) = delete;
  load_run& operator=(const load_run&) = delete;

  /// Reads the versions that stand there, and sends the preparation. Blocking. Fails if the target
  /// does not do it: the error says why.
  [[nodiscard]] result<void> prepare();
  /// Puts the load of a phase on the target, and waits for its answers. Blocking.
  [[nodiscard]] phase_result carry_out(const phase& one);
  /// Judges all that was answered so far; `journal` not empty: by the whole log there too. Once, at
  /// the end. Blocking. Fails if the target cannot be read, and soon after stop().
  [[nodiscard]] result<audit_result> audit(const load_invariant* invariant,
                                           const std::filesystem::path& journal);

  /// Ends the phase that is under way, and those that come; or the audit, if that has begun.
  void stop() {
    stopped_ = true;
    if (!is_auditing_) return;
    audit_is_over_ = true;
    on_.end_reads();
  }
  [[nodiscard]] bool was_stopped() const { return stopped_; }

private:
  planned operation_on(std::uint64_t key, const kind_of_operation& kind, std::size_t index);
  void hear(const planned& one, const outcome& answer);
  void send_all(load_loop& through, const phase& one, load_loop::time_point begin);
  [[nodiscard]] result<void> read_versions();
  [[nodiscard]] result<void> send_preparation(const preparation& one);
  /// Sends `next` by many clients; fails with the first code other than "ok" and `taken`.
  [[nodiscard]] result<void> send_each(const plan& next, const std::string& what,
                                       const std::string& taken, const load_loop::hearing& heard);

  const scenario& what_;
  target& on_;
  const run_settings how_;
  random_numbers chance_;
  key_choice keys_;
  std::vector<double> weights_;  // summed up
  ledger answers_;
  version_watch seen_;
  std::vector<std::uint64_t> since_;  // by key
  audit_result found_;                // of reads
  std::uint64_t number_ = 0;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> is_auditing_{false};
  std::atomic<bool> audit_is_over_{false};
};

}  // namespace acta::internal::load
