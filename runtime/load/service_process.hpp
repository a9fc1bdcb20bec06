// A service that the harness starts itself, to kill it during a run.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// One thread, but for what it kills and starts by itself.
class service_process {
public:
  /// `ready` says whether the service answers; it is asked every 10 ms after a start.
  service_process(std::vector<std::string> command, std::function<bool()> ready)
      : command_{std::move(command)}, ready_{std::move(ready)} {}
  service_process(const service_process&) = delete;
  service_process& operator=(const service_process&) = delete;
  /// Ends the service: asks it to (SIGTERM), and kills it after 30 s.
  ~service_process();

  /// Starts it, and waits until it is ready, 60 s at most. What it prints is dropped, but for its
  /// errors. Fails (unavailable) if it cannot be
  /// started, ends, or is not ready by then.
  [[nodiscard]] result<void> start();
  /// From now on kills it with SIGKILL whenever so much time has passed since it was ready, and
  /// starts it again.
  void kill_every(std::chrono::milliseconds interval);
  /// Kills no more; returns when it is ready again. Fails if it could not be started again, or
  /// ended by itself.
  [[nodiscard]] result<void> leave_alone();
  /// When it was killed. Of the thread that called leave_alone().
  [[nodiscard]] const std::vector<std::chrono::steady_clock::time_point>& kills() const {
    return kills_;
  }
  /// Of all that was started so far, and of every other child that ended.
  [[nodiscard]] std::chrono::nanoseconds processor_time() const;
  /// Its id; -1 while there is none. Any thread.
  [[nodiscard]] pid_t process() const { return process_; }

private:
  /// False: it goes on after so long.
  bool wait_for_end(std::chrono::milliseconds most);
  void kill_and_start();
  [[nodiscard]] error ended_by_itself() const;

  const std::vector<std::string> command_;
  const std::function<bool()> ready_;
  std::atomic<pid_t> process_ = -1;
  std::vector<std::chrono::steady_clock::time_point> kills_;
  result<void> state_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread killer_;
};

}  // namespace acta::internal::load
