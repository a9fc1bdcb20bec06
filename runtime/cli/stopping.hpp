// The end of `serve`: begun by a signal or by a node that gave up, and in time whatever users' code
// does meanwhile.
#pragma once

#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/telemetry/log.hpp"

namespace acta::internal {

/// To be made before any other thread starts: it blocks SIGINT, SIGTERM and SIGHUP, as far as they
/// are not ignored, and has a thread of its own that takes them. The first begins the end; a second
/// ends the process at once, as does the deadline: exit code 1 without any clean-up, which the
/// journal bears as it bears `kill -9`.
class stopping {
public:
  explicit stopping(log& events);
  stopping(const stopping&) = delete;
  stopping& operator=(const stopping&) = delete;
  /// From then on the signals end the process as they did before. On the thread that made this.
  ~stopping();

  /// Waits for the first signal, or give_up(); returns the signal's name, or "failure".
  std::string wait();
  /// Begins the end as a signal does. Any thread.
  void give_up();
  [[nodiscard]] bool gave_up() const { return gave_up_; }

  /// How long after its beginning the end may take.
  void leave_after(std::chrono::milliseconds limit) { limit_ms_ = limit.count(); }
  /// What the log says, should the process have to leave: what is being done, a literal; and who
  /// holds it up.
  void doing(const char* what) { doing_ = what; }
  void held_by(std::function<std::string()> who);
  /// Logs why and who, if anybody is known, and ends the process with exit code 1: half a second
  /// later if nobody reads the log.
  [[noreturn]] void leave(const std::string& why);

private:
  void watch();
  void begin(const char* why);
  [[nodiscard]] int milliseconds_left() const;

  log& events_;
  sigset_t ending_;
  sigset_t before_;
  int signals_ = -1;
  int wake_ = -1;
  std::atomic<std::int64_t> limit_ms_{13'000};
  std::atomic<const char*> doing_{"starting"};
  std::atomic<bool> gave_up_{false};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::condition_variable begun_;
  const char* reason_ = nullptr;                                   // under the lock
  std::function<std::string()> held_by_;                           // under the lock
  std::optional<std::chrono::steady_clock::time_point> began_at_;  // the thread's own
  std::thread thread_;
};

}  // namespace acta::internal
