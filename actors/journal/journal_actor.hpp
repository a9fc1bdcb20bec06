// Keeps the lanes and turns concurrent appends into group commits: while one batch is written and
// synced, the next one gathers.
#pragma once

#include "actors/journal/lanes.hpp"
#include "actors/protocol/audience.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What the journal actor is started with.
struct journal_parameters {
  journal* adapter = nullptr;   ///< Outlives the actor.
  const clock* time = nullptr;  ///< Outlives the actor.
  observer* watcher = nullptr;  ///< Outlives the actor.
  batch_limits limits;
  std::size_t recovery_page_events = 512;
  const audience* listeners = nullptr;  ///< Outlives the actor.
  /// Tells the caches what became of a batch, if somebody listened when it was handed over.
  std::function<void(std::vector<commit>)> announce;
};

class journal_shell {
public:
  journal_shell(shell::self_ptr self, journal_parameters with);
  caf::behavior make_behavior();

private:
  struct written {
    std::chrono::steady_clock::time_point at;
    std::vector<std::size_t> events;  // of each append
    std::vector<commit> commits;      // empty if nobody listened
  };
  template <class Entry>
  void enter(Entry& what);
  /// Hands on the batches that are due, and does what `effects` says.
  void write(lane_effects& effects);
  void settle(const batch_settled& batch);
  void announce(std::vector<commit> commits, const std::vector<append_result>& results);
  void carry_out(lane_effects& effects);
  void wake_watchers();

  shell::self_ptr self_;
  journal_parameters with_;
  lanes lanes_;
  std::deque<written> written_;
  std::vector<watch_log> watchers_;
};

}  // namespace acta::internal
