// What an aggregate is, apart from being an actor: its state, version and memory of commands, and
// the four things it does: recover, decide, evolve, seal. No CAF, no thread, no I/O.
#pragma once

#include <functional>
#include <optional>

#include "actors/aggregate/command_memory.hpp"
#include "actors/aggregate/state_weight.hpp"
#include "actors/base/permits.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/codec.hpp"
#include "actors/protocol/ticket.hpp"

namespace acta::internal {

/// What every aggregate of a node shares.
struct aggregate_environment {
  const codec* bytes_codec = nullptr;
  const clock* time = nullptr;
  observer* watcher = nullptr;
  std::size_t deduplication_window = 1024;  ///< Commands.
  std::size_t recovery_page_events = 512;
  /// A snapshot is taken after so many events since the last, and on leaving if there are so many.
  std::size_t snapshot_every_events = 1'000;
  std::size_t snapshot_on_leave_events = 100;
  /// What older commands may cost; null: none are remembered.
  command_budget* older_commands = nullptr;
  permits* searches = nullptr;  ///< Null: as many as are wanted.
  users_code* users = nullptr;  ///< Each call into the domain is on it. Null: nobody asks.
  /// Told why an aggregate goes without a snapshot. Any thread; must not throw. Empty: nobody is.
  std::function<void(const stream_id&, const error&)> snapshot_failed = {};
};

class aggregate_state {
public:
  aggregate_state(const aggregate_environment& shared, const aggregate_type& type, stream_id stream,
                  writer_id writer);
  aggregate_state(const aggregate_state&) = delete;
  aggregate_state& operator=(const aggregate_state&) = delete;
  ~aggregate_state();

  /// Applies a page of the stream's history; a retired event is counted, and not applied. Fails
  /// (damaged) on an event that does not follow the one before, is not known or cannot be read;
  /// (domain_failed) if the domain throws at one, or at making an empty state.
  result<void> replay(const std::vector<recorded_event>& events);

  /// Begins at a snapshot instead of at the first event. Fails, with nothing changed: (damaged) if
  /// it is of another layout of the state, does not decode, or has forgotten commands that
  /// `deduplication_window` wants recognised; (domain_failed) if the domain threw
  /// at it, (unavailable) if there was no memory for it.
  [[nodiscard]] result<void> restore(const snapshot& from);
  /// Whether the policy wants a snapshot now; `leaving`: before the aggregate leaves memory.
  [[nodiscard]] bool snapshot_due(bool leaving) const;
  /// The state and the window as they are. It may hold events that are not stored yet: it belongs
  /// into the lane, behind them.
  [[nodiscard]] result<snapshot> take_snapshot();

  /// What the journal must be asked once every event is replayed, so that the commands of the last
  /// while are known again; nothing: recovery is over.
  [[nodiscard]] std::optional<command_search> look_back() const;
  void take_look_back(const command_search& search, const search_result& outcome);
  /// Every event is replayed, and look_back() wants no more.
  void end_recovery();

  /// What the journal must be asked before `wanted` can be handled; nothing: it can.
  [[nodiscard]] std::optional<command_search> search_for(
      const request& wanted, const command_memory::progress& so_far) const {
    if (!wanted.command_index) return std::nullopt;
    return commands_.search_for(stream_, wanted.append.metadata.command_id, wanted.repeats_since,
                                so_far);
  }
  /// Takes the answer. True: the command was found, and its answer is sealed.
  [[nodiscard]] bool take_search(ticket& asked, const command_search& search,
                                 const search_result& outcome, command_memory::progress& so_far);

  /// Decides what a ticket asks, applies the events and seals the answer into it. Afterwards the
  /// ticket belongs into the lane: with events in `request.append`, or without. What decide() or
  /// apply() throws passes through: the aggregate must end then, since it may have evolved halfway.
  /// What view() throws is sealed as domain_failed.
  void handle(ticket& asked);

  [[nodiscard]] state_weight& weight() { return weight_; }
  [[nodiscard]] version current() const { return version_; }
  [[nodiscard]] any_value view() const { return type_->view_of(state_.get()); }
  /// Where recovery goes on: 0 for the newest snapshot.
  [[nodiscard]] version recover_from() const { return began_ ? version_.next() : version{}; }
  [[nodiscard]] std::uint64_t replayed() const { return replayed_; }
  [[nodiscard]] const stream_id& stream() const { return stream_; }
  [[nodiscard]] writer_id writer() const { return writer_; }
  [[nodiscard]] const aggregate_type& type() const { return *type_; }

private:
  void begin_empty();
  void remember(const recorded_event& event);
  void read(ticket& asked) const;
  void execute(ticket& asked);
  void decide(ticket& asked);
  void seal_repeat(ticket& asked, version last, std::uint64_t events, std::uint64_t hash) const;

  const aggregate_environment* shared_;
  const aggregate_type* type_;
  stream_id stream_;
  writer_id writer_;
  any_value state_;               // empty only with a problem_
  std::optional<error> problem_;  // why there is no empty state to begin with
  version version_;
  version snapshot_version_;  // of the newest one that was taken or restored
  command_memory commands_;
  state_weight weight_;
  std::optional<timestamp> newest_time_;  // of an event, if one was seen since recovery began
  std::uint64_t replayed_ = 0;
  std::uint64_t decided_ = 0;
  bool began_;  // at a snapshot, or at the first event
  bool looked_back_ = false;
#ifdef ACTA_DELIBERATE_FAULTS
  mutable std::vector<std::shared_ptr<any_value>> leaked_views_;
#endif
};

}  // namespace acta::internal
