// Sends operations to a target, when they are to begin, and takes their answers.
//
// Open: at the moments that a rate and a seed say, whatever the target does meanwhile. Closed: as
// so many clients would, each of which waits for its answer before it sends again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "runtime/load/arrivals.hpp"
#include "runtime/load/ledger.hpp"
#include "runtime/load/recorder.hpp"
#include "runtime/load/retry_policy.hpp"
#include "runtime/load/target.hpp"
#include "runtime/load/version_watch.hpp"

namespace acta::internal::load {

/// The next operation, with the kind under which it is measured and the key of its aggregate.
struct planned {
  operation what;
  std::size_t kind = 0;
  std::uint64_t key = 0;
  std::uint64_t number = 0;  ///< Of a command within the run.
  /// Of its aggregate, as shown before it was sent: a read of an older one is stale.
  std::uint64_t least_version = 0;

  [[nodiscard]] bool is_command() const { return !what.command.empty(); }
};
/// Nothing: there is no other.
using plan = std::function<std::optional<planned>()>;

/// One thread calls its members, but for stop() and in_flight(); answers may come on any.
class load_loop {
public:
  using time_point = std::chrono::steady_clock::time_point;
  /// Called with each operation's last answer, on the loop's thread. Must not call the loop.
  using hearing = std::function<void(const planned&, const outcome&)>;

  /// All of them outlive the loop.
  struct surroundings {
    target& on;
    ledger& answers;
    const version_watch& seen;
    recorder* into = nullptr;  ///< Null: nothing is measured.
  };

  load_loop(const surroundings& with, retry_policy again, hearing heard);
  load_loop(const load_loop&) = delete;
  load_loop& operator=(const load_loop&) = delete;
  /// Takes no more answers.
  ~load_loop();

  /// Sends along one line of rates from `begin` on. Returns when the last has begun, or after
  /// stop().
  void run_open(const rate_line& line, arrival_law law, time_point begin, random_numbers& chance,
                const plan& next);
  /// Each client sends, waits for its answer, thinks so long, and sends again, until `end`, stop(),
  /// or a plan that has no more. Returns then, with answers missing.
  void run_closed(std::size_t clients, std::chrono::nanoseconds think, time_point end,
                  const plan& next);
  /// Waits for the answers that are missing, at most so long, and tries again what is to be. What
  /// is missing then counts as "unanswered", with its age; its outcome is unknown, and an answer
  /// that comes later is dropped. Returns how many those are. Afterwards nothing is sent.
  std::uint64_t settle(std::chrono::nanoseconds most);

  /// Any thread, and a signal's handler's.
  void stop() { stopped_ = true; }
  /// Any thread. What is sent and not taken yet: an answer waits for the loop, 50 ms at most.
  [[nodiscard]] std::uint64_t in_flight() const;

private:
  class state;

  /// Tries again meanwhile what is due. False: it was stopped.
  bool wait_until(time_point when);

  std::shared_ptr<state> state_;
  std::atomic<bool> stopped_{false};
};

}  // namespace acta::internal::load
