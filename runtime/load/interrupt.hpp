// Ctrl-C ends a run's phases, and the audit and the report follow; a second one ends the program.
#pragma once

namespace acta::internal::load {

class load_run;

/// For SIGINT and SIGTERM, while it lives. One at a time in a process.
class stops_at_interrupt {
public:
  /// `run` outlives it.
  explicit stops_at_interrupt(load_run& run);
  stops_at_interrupt(const stops_at_interrupt&) = delete;
  stops_at_interrupt& operator=(const stops_at_interrupt&) = delete;
  ~stops_at_interrupt();
};

}  // namespace acta::internal::load
