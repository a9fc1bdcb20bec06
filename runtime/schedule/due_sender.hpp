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
  /// `over` is told of a one-shot that is settled, before the agenda lets go of it.
  due_sender(schedule_port& to, work_thread& on, const std::atomic<bool>& closed, agenda& of,
             std::function<void(const entry_key&)> over)
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
  void recorded(const entry_key& key);
  /// For what is sent within the span of a due time, if that has one.
  [[nodiscard]] begun_trace within(const entry_key& key) const;
  void end_trace(const entry_key& key);

  schedule_port& to_;
  work_thread& on_;
  const std::atomic<bool>& closed_;
  agenda& agenda_;
  const std::function<void(const entry_key&)> over_;
  std::map<entry_key, due_trace> traces_;  // of what is under way
};

}  // namespace acta::internal
