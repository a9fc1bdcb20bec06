// What an aggregate is, apart from being an actor: its state, version and memory of commands, and
// the four things it does: recover, decide, evolve, seal. No CAF, no thread, no I/O.
#pragma once

#include <optional>

#include "actors/aggregate/command_window.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/codec.hpp"
#include "actors/protocol/ticket.hpp"

namespace acta {

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
};

class aggregate_state {
public:
  aggregate_state(const aggregate_environment& shared, const aggregate_type& type, stream_id stream,
                  writer_id writer);

  /// Applies a page of the stream's history; a retired event is counted, and not applied. Fails
  /// (damaged) on an event that does not follow the one before, is not known, cannot be read, or
  /// that apply() throws at.
  result<void> replay(const std::vector<recorded_event>& events);

  /// Begins at a snapshot instead of at the first event. False, with nothing changed: it is of
  /// another layout of the state, or does not decode.
  [[nodiscard]] bool restore(const snapshot& from);
  /// Whether the policy wants a snapshot now; `leaving`: before the aggregate leaves memory.
  [[nodiscard]] bool snapshot_due(bool leaving) const;
  /// The state and the window as they are. It may hold events that are not stored yet: it belongs
  /// into the lane, behind them.
  [[nodiscard]] result<snapshot> take_snapshot();

  /// Whether `asked` wants the whole history searched and some of it was forgotten: the aggregate
  /// is then to recover once more, into forget().
  [[nodiscard]] bool needs_whole_history(const request& asked) const;
  /// Goes back to before the first event, to begin there; and from now on forgets no command.
  void forget();

  /// Decides what a ticket asks, applies the events and seals the answer into it. Afterwards the
  /// ticket belongs into the lane: with events in `request.append`, or without. What decide() or
  /// apply() throws passes through: the aggregate must end then, since it may have evolved halfway.
  void handle(ticket& asked);

  [[nodiscard]] version current() const { return version_; }
  [[nodiscard]] any_value view() const { return type_->view_of(state_.get()); }
  /// Where recovery goes on: 0 for the newest snapshot.
  [[nodiscard]] version recover_from() const { return began_ ? version_.next() : version{}; }
  [[nodiscard]] std::uint64_t replayed() const { return replayed_; }
  [[nodiscard]] const stream_id& stream() const { return stream_; }
  [[nodiscard]] writer_id writer() const { return writer_; }
  [[nodiscard]] const aggregate_type& type() const { return *type_; }

private:
  void remember(const recorded_event& event);
  void read(ticket& asked) const;
  void execute(ticket& asked);
  void decide(ticket& asked);

  const aggregate_environment* shared_;
  const aggregate_type* type_;
  stream_id stream_;
  writer_id writer_;
  any_value state_;
  version version_;
  version snapshot_version_;  // of the newest one that was taken or restored
  command_window commands_;
  std::uint64_t replayed_ = 0;
  bool began_;  // at a snapshot, or at the first event
#ifdef ACTA_DELIBERATE_FAULTS
  mutable std::vector<std::shared_ptr<any_value>> leaked_views_;
#endif
};

}  // namespace acta
