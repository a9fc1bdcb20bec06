// What the commands of the last minute may cost of a node's memory, and how far back it reaches.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

namespace acta::internal {

/// Shared by all aggregates of a node, which outlive none of it. Any thread.
class command_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Older commands are remembered for `reach`, as long as all of them fit into `most_bytes`.
  command_budget(std::size_t most_bytes, std::chrono::milliseconds reach)
      : most_bytes_{most_bytes}, reach_{reach} {}

  /// False: there is not so much left.
  [[nodiscard]] bool take(std::size_t size) {
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if (size > most_bytes_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + size, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t size) { used_.fetch_sub(size, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t left() const { return most_bytes_ - used(); }

  /// How long a command is remembered while there is room.
  [[nodiscard]] std::chrono::milliseconds reach() const { return reach_; }
  /// Notes that an aggregate does not know commands of this age, or older ones, for want of room.
  void shrunk_to(std::chrono::milliseconds age, time_point now) {
    const std::lock_guard lock{mutex_};
    shrunk_to_ = std::min(reach_since(now), age);
    shrunk_at_ = now;
  }
  /// The shortest reach of any aggregate within the last `reach()`.
  [[nodiscard]] std::chrono::milliseconds reach_at(time_point now) const {
    const std::lock_guard lock{mutex_};
    return reach_since(now);
  }

private:
  [[nodiscard]] std::chrono::milliseconds reach_since(time_point now) const {
    return shrunk_at_ && now - *shrunk_at_ <= reach_ ? shrunk_to_ : reach_;
  }

  const std::size_t most_bytes_;
  const std::chrono::milliseconds reach_;
  std::atomic<std::size_t> used_{0};
  mutable std::mutex mutex_;
  std::chrono::milliseconds shrunk_to_{};  // under the lock
  std::optional<time_point> shrunk_at_;    // under the lock
};

}  // namespace acta::internal
