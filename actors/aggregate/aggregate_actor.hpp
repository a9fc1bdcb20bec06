// One actor per aggregate: recovers through the lane, then decides what comes and hands it on. It
// keeps no list of waiting callers; only while it recovers do requests wait here, bounded by
// credits. It never leaves memory by itself: its shard asks it to. CAF destroys what is in the
// mailbox of an actor that ends; so one that has failed hands back what comes until its shard has
// sent the last, and ends then.
#pragma once

#include <deque>

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What an aggregate actor is started with.
struct aggregate_parameters {
  const aggregate_environment* shared = nullptr;  ///< Outlives the actor.
  const aggregate_type* type = nullptr;           ///< Outlives the actor.
  stream_id stream;
  writer_id writer;
  partition_id partition{};  ///< Where the stream lives.
  caf::actor journal;
  caf::actor shard;
};

class aggregate_shell {
public:
  aggregate_shell(shell::self_ptr self, aggregate_parameters with);
  /// Leaves its lane, however it ends.
  ~aggregate_shell();
  caf::behavior make_behavior();

private:
  void recover();
  void take_page(recovered& found);
  /// False: recovery must begin anew, at the first event.
  [[nodiscard]] bool begin_at(const std::optional<result<snapshot>>& found);
  void take(ticket_ptr asked);
  void handle(ticket_ptr asked);
  void hand_on(ticket_ptr asked);
  void keep_snapshot();
  /// Tells the shard what the state weighs, if that has changed by much.
  void tell_weight();
  /// Leaves it to the successor.
  void hand_back(ticket_ptr asked);
  void fail(ticket& asked, errc code, const std::string& what);
  void stop_after(const error& problem);
  void leave_lane();
  void look_back_or_begin();
  void begin();
  /// Shows the recovery in the traces of those who wait for it. `problem` null: it is over.
  void show_recovery(const error* problem) const;
  /// Stops, as failed if there is a failure, when the shard has sent the last.
  void stop(std::optional<aggregate_failure> why = {});
  void quit();
  void observe(happening what, std::string_view outcome) const;

  /// A command that must be looked for in the journal before it can be decided.
  struct lookup {
    ticket_ptr asked;
    command_memory::progress so_far = {};
    std::shared_ptr<void> permit = {};
    std::chrono::steady_clock::time_point asked_journal_at{};  // if it is sampled
  };
  /// Handles it, or has it looked for: one at a time, the others wait.
  void look_up(lookup one);
  void ask_journal(const command_search& search);
  void take_search(commands_searched& came);
  void take_lookup(const result<search_result>& outcome);
  /// Leaves to the successor what waits here.
  void hand_back_lookups();

  shell::self_ptr self_;
  aggregate_parameters with_;
  aggregate_state state_;
  bool recovering_ = true;
  bool told_to_stop_ = false;  // stops as soon as recovery is over
  bool stopping_ = false;
  bool has_left_ = false;         // its lane
  bool snapshot_failed_ = false;  // and was told
  std::optional<aggregate_failure> failure_;
  std::optional<error> problem_;  // of the recovery that failed: whoever comes late is told too
  std::chrono::steady_clock::time_point started_at_;
  std::vector<ticket_ptr> waiting_;
  std::optional<command_search> search_;  // that the journal was asked for
  std::deque<lookup> lookups_;            // the first is the one it is for
};

}  // namespace acta::internal
