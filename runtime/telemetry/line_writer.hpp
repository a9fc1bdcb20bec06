// Lines of text to a descriptor, written by a thread of its own: a reader that stalls (Ctrl-S in a
// terminal, a log shipper that hangs) blocks that thread and nobody else.
//
//   line_writer writer{STDERR_FILENO, [](std::uint64_t count) { return "lost: " + ...; }};
//   writer.write("a line");
//   writer.flush(std::chrono::milliseconds{500});
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace acta::internal {

/// Any thread. Lines of one caller keep their order. Of what waits, 4 MiB are kept: then the oldest
/// lines make room. Those are lost, as are lines whose writing fails, on a full disk for instance.
class line_writer {
public:
  /// Returns the line that says how many were lost. Called on the writer's thread.
  using lost_line = std::function<std::string(std::uint64_t count)>;

  /// The descriptor stays open for as long as the process lives: see the destructor.
  line_writer(int descriptor, lost_line say_lost, std::size_t most_waiting_bytes = 4 * 1024 * 1024);
  line_writer(const line_writer&) = delete;
  line_writer& operator=(const line_writer&) = delete;
  /// Waits as flush() does, for half a second, or not at all if the last flush() was in vain. If
  /// the reader stalls even then, the thread is left behind with the lines it has: nothing ends its
  /// write but the reader.
  ~line_writer();

  /// Hands over a line, which has no line feed. Waits for nobody. If lines were lost, one that says
  /// how many comes before the next that is written.
  void write(std::string line);
  /// Waits until no line waits any more, at most `most`; returns true if that is so.
  bool flush(std::chrono::milliseconds most);
  /// How many lines were lost so far.
  [[nodiscard]] std::uint64_t lost() const;

private:
  class lines;
  std::shared_ptr<lines> lines_;  // the thread's too, which may outlive this
  std::thread thread_;
  std::atomic<bool> stalls_{false};  // as the last flush() found
};

}  // namespace acta::internal
