// Ctrl-C ends a run's phases, and the audit and the report follow; in the audit it ends that, and
// the report follows, which says so. A second one, or one while there is no run, ends the program,
// and kills the service that it started.
#pragma once

#include <sys/types.h>

namespace acta::internal::load {

class load_run;

/// Handles SIGINT and SIGTERM so, from now on.
void handle_interrupts();

/// Names the run that a signal stops, while it lives. One at a time in a process.
class stops_at_interrupt {
public:
  /// `run` outlives it.
  explicit stops_at_interrupt(load_run& run);
  stops_at_interrupt(const stops_at_interrupt&) = delete;
  stops_at_interrupt& operator=(const stops_at_interrupt&) = delete;
  ~stops_at_interrupt();
};

/// Names the process that ends with this one at a signal; -1: none.
void kill_at_interrupt(pid_t process);

}  // namespace acta::internal::load
