// The audit of a run: every answer against the streams, and every event of the run against what was
// sent.
#pragma once

#include <atomic>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/load/invariant.hpp"
#include "runtime/load/ledger.hpp"
#include "runtime/load/scenario.hpp"
#include "runtime/load/stream_audit.hpp"
#include "runtime/load/target.hpp"

namespace acta::internal::load {

/// One thread. Memory: a bit an aggregate, and the answers and events of one aggregate.
class run_audit {
public:
  /// All of them outlive the audit.
  struct subject {
    const scenario& what;
    target& on;
    std::string_view prefix;               ///< Of the run's command ids.
    std::span<const std::uint64_t> since;  ///< Versions at the start, by key.
    const std::atomic<bool>& stopped;      ///< True: the audit ends soon, and fails.
    const load_invariant* invariant = nullptr;
  };

  /// `result` has what was found before, by others.
  run_audit(const subject& about, audit_result result)
      : about_{about}, all_{std::move(result)}, touched_(about.what.keys) {}

  /// Reads every aggregate that a command was sent to, and judges all that `answers` says of it.
  /// Fails if one cannot be read. Blocking.
  [[nodiscard]] result<void> read_streams(ledger& answers);
  /// Reads a whole journal beside whoever serves it, after read_streams(): finds the run's events
  /// in aggregates that no command was sent to. Fails if the journal cannot be read. Blocking.
  [[nodiscard]] result<void> read_log(const std::filesystem::path& journal);

  [[nodiscard]] const audit_result& found() const { return all_; }
  /// Says how far it came, and what was wrong until then: of an audit that was stopped.
  [[nodiscard]] error unfinished() const;

private:
  result<void> read_stream(std::uint64_t key, std::span<const ledger_entry> entries);
  void compare(const std::string& stream, const invariant_sums& of_events,
               const stored_view& shown);

  const subject about_;
  audit_result all_;
  std::vector<bool> touched_;
};

}  // namespace acta::internal::load
