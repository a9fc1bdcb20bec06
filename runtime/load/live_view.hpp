// What somebody sees who waits for a run.
//
// In a terminal a block of a few lines is drawn again in its place. The cursor always stands below
// the block, is never hidden, and no mode of the terminal is changed: so a run that Ctrl-C ends,
// or SIGKILL, leaves nothing to restore. Elsewhere (a file, the log of a build) there is a plain
// line every five seconds of the run, and one at the end of each phase.
#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/load/progress.hpp"

namespace acta::internal::load {

/// One thread.
class live_view {
public:
  /// `columns` of the terminal; 0: unknown, 80 are taken. Without colours if NO_COLOR is set
  /// (no-color.org). `out` outlives the view.
  live_view(std::ostream& out, bool terminal, unsigned columns);
  live_view(const live_view&) = delete;
  live_view& operator=(const live_view&) = delete;
  /// As end().
  ~live_view();

  /// To be called as often as the block shall move, some times a second.
  void show(const progress& now);
  /// Writes a line that stays, above the block.
  void say(const std::string& line);
  /// Leaves what was shown last. The next show() begins a new block below it.
  void end();

private:
  void show_plain(const progress& now);
  void write_plain(const progress& now);
  [[nodiscard]] std::vector<std::string> block(const progress& now) const;
  [[nodiscard]] std::string bar(const progress& now, std::size_t columns) const;
  /// Returns what puts the cursor back to the block's first line and clears from there.
  [[nodiscard]] std::string erased() const;
  void write(const std::string& text);

  std::ostream& out_;
  const bool terminal_;
  const std::size_t columns_;
  const bool colours_;
  std::vector<std::string> shown_;  ///< The lines of the block on the screen.
  std::optional<progress> last_;    ///< Not yet written as a plain line.
  std::optional<std::size_t> phase_;
  std::chrono::nanoseconds written_at_{};
  bool phase_over_ = false;
};

}  // namespace acta::internal::load
