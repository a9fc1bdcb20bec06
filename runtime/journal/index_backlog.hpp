// What the log has and the index by stream has not yet. It takes memory, so it has a bound, which
// slows the writer and fails nothing. The indexer waits for no writer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

/// One writer, one indexer; any thread may release them.
class index_backlog {
public:
  using duration = std::chrono::steady_clock::duration;

  /// The writer goes at the indexer's speed while at least half of `most_runs` wait, and stops
  /// while all do. `most_runs`: at least 1.
  index_backlog(std::size_t run_events, std::size_t most_runs)
      : run_events_{static_cast<duration::rep>(run_events)},
        most_runs_{most_runs},
        slow_from_{most_runs - most_runs / 2} {}

  /// Writer: wrote `events`, with which so many runs became full.
  void add(std::size_t events, std::size_t runs) {
    {
      const std::lock_guard lock{mutex_};
      written_ += events;
      runs_ += runs;
    }
    if (runs > 0) changed_.notify_all();
  }
  /// Writer: wait_for_room() may wait.
  [[nodiscard]] bool behind() const {
    const std::lock_guard lock{mutex_};
    return is_behind();
  }
  /// Writer, before it writes on: waits until there is room.
  void wait_for_room() {
    if (deliberate::commits("late_index_not_waited_for")) return;
    std::unique_lock lock{mutex_};
    const auto begun = std::chrono::steady_clock::now();
    // As long as the indexer took for as many events: so it may catch up before all has to stop.
    const auto pace = last_run_ * static_cast<duration::rep>(written_) / run_events_;
    changed_.wait_for(lock, pace, [this] { return !is_behind(); });
    changed_.wait(lock, [this] { return released_ || runs_ < most_runs_; });
    written_ = 0;
    waited_ += std::chrono::steady_clock::now() - begun;
  }

  /// Indexer: waits for a run. False: closed, and none is left.
  [[nodiscard]] bool wait_for_run() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return closed_ || runs_ > 0; });
    return runs_ > 0;
  }
  /// Indexer: a run is indexed, and that took so long.
  void indexed(duration took) {
    {
      const std::lock_guard lock{mutex_};
      --runs_;
      last_run_ = took;
    }
    changed_.notify_all();
  }

  /// From now on the writer does not wait: the journal is being closed, or takes no writes.
  void release() { set(released_); }
  /// No runs come any more.
  void close() { set(closed_); }

  /// How long the writer has waited so far.
  [[nodiscard]] duration waited() const {
    const std::lock_guard lock{mutex_};
    return waited_;
  }

private:
  [[nodiscard]] bool is_behind() const { return !released_ && runs_ >= slow_from_; }
  void set(bool& what) {
    {
      const std::lock_guard lock{mutex_};
      what = true;
    }
    changed_.notify_all();
  }

  const duration::rep run_events_;
  const std::size_t most_runs_;
  const std::size_t slow_from_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t runs_ = 0;     // that wait or are being indexed
  std::size_t written_ = 0;  // events, since the writer last waited
  duration last_run_{};
  duration waited_{};
  bool released_ = false;
  bool closed_ = false;
};

}  // namespace acta::internal
