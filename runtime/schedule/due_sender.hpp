// Sends what is due, and records what came of it: does what the agenda says, by a node. On the
// thread of the schedules.
#pragma once

#include <atomic>
#include <functional>
#include <map>

#include "runtime/schedule/agenda.hpp"
#include "runtime/schedule/due_trace.hpp"
#include "runtime/schedule/port.hpp"
#include "runtime/schedule/work_thread.hpp"

namespace acta::internal {

class due_sender {
public:
  /// `over` is told of a one-shot that the agenda has let go of, with its outcome, and whether its
  /// book keeps that.
  using told_over = std::function<void(const entry_key&, schedule_entry, bool is_kept)>;
  due_sender(schedule_port& to, work_thread& on, const std::atomic<bool>& closed, agenda& of,
             told_over over)
      : to_{to}, on_{on}, closed_{closed}, agenda_{of}, over_{std::move(over)} {}

  /// Does what is due now. Returns in how long there may be more.
  std::optional<std::chrono::nanoseconds> send_due();
  /// The entry was cancelled, and the agenda knows.
  void cancelled(const entry_key& key);

private:
  [[nodiscard]] agenda::instant now() const { return {to_.time().wall(), to_.time().now()}; }
  void send(const entry_key& key, const settlement& due);
  void answered(const entry_key& key, const aggregate_type* type,
                std::chrono::steady_clock::time_point begun, const result<receipt>& outcome);
  void record(const agenda::step& step);
  /// `is_kept`: the book has the outcome.
  void recorded(const agenda::step& step, bool is_kept);
  /// Has an operator hear of a command that was refused, or given up: of a schedule once a minute.
  void tell_refused(const entry_key& key, const schedule_entry& of, const settlement& came);
  /// For what is sent within the span of a due time; what is without one begins no trace either.
  [[nodiscard]] begun_trace within(const entry_key& key) const;
  void end_trace(const entry_key& key);

  schedule_port& to_;
  work_thread& on_;
  const std::atomic<bool>& closed_;
  agenda& agenda_;
  const told_over over_;
  std::map<entry_key, due_trace> traces_;                            // of what is under way
  std::map<entry_key, std::chrono::steady_clock::time_point> told_;  // when, and not of one-shots
};

}  // namespace acta::internal
