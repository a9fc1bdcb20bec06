// The span of a due time: from when its command is sent first until its outcome is durable. It is
// the root of a trace; the command and its record are within.
#pragma once

#include <string>

#include "actors/ports/begun_trace.hpp"
#include "runtime/schedule/entry.hpp"
#include "runtime/schedule/port.hpp"

namespace acta::internal {

class due_trace {
public:
  /// A due time that is tried again keeps its span.
  due_trace(const begun_trace& begun, const stored_plan& plan, timestamp due)
      : begun_{begun},
        name_{plan.aggregate + " " + plan.command + " due"},
        plan_{plan.name},
        cron_{plan.cron},
        due_{due} {}

  /// For call_options.within of what is sent now.
  [[nodiscard]] begun_trace within(std::chrono::steady_clock::time_point now) const;
  /// The outcome of the due time, before ended().
  void came(const std::string& outcome) { outcome_ = outcome; }
  /// Hands the span on, if it is sampled.
  void ended(const schedule_port& to, std::chrono::steady_clock::time_point now) const;

private:
  begun_trace begun_;
  std::string name_;
  std::string plan_;
  std::string cron_;
  timestamp due_;
  std::string outcome_;
};

}  // namespace acta::internal
