// A program run as a process of its own: what it prints is gathered while it runs, it can be sent
// signals, and it is never waited for without a bound.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace acta::testing {

/// Asks again and again until `happened` or the bound passes; returns whether it did. For what can
/// be seen from outside only, such as a file's size: there is nothing to be woken by.
bool poll_until(const std::function<bool()>& happened,
                std::chrono::milliseconds bound = std::chrono::seconds{30});

/// How a process ended: with an exit code, or by a signal.
struct exit_status {
  int code = -1;
  int signal = 0;
};

class child_process {
public:
  /// Starts `command[0]`, a path, with the rest as its arguments. It is killed when the thread that
  /// started it ends, so that no failing test leaves one behind: start it on the test's own thread.
  explicit child_process(const std::vector<std::string>& command);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  /// Kills it if it still runs.
  ~child_process();

  [[nodiscard]] pid_t id() const { return id_; }
  void send(int signal) const;
  /// Waits for the end, and for all it printed. Nothing: it still runs after the bound.
  std::optional<exit_status> wait(std::chrono::milliseconds bound = std::chrono::seconds{60});
  /// SIGKILL, and the end.
  exit_status kill();
  [[nodiscard]] bool running();

  /// What it printed so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Waits until it printed `text` on standard output; false if it ended or the bound passed
  /// before.
  bool printed(const std::string& text,
               std::chrono::milliseconds bound = std::chrono::seconds{30}) const;

private:
  struct output {
    int from = -1;
    std::string text;
    bool ended = false;
  };
  void gather(output& one);
  bool reap(bool block);

  pid_t id_ = -1;
  std::optional<exit_status> ended_;
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  output out_;
  output err_;
  std::vector<std::thread> readers_;
};

}  // namespace acta::testing
