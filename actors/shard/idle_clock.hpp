// Which of a shard's aggregates were not asked for long: the CLOCK algorithm (Corbato, A Paging
// Experiment with the Multics System, 1968). Being asked costs one store; a list in order of use
// would touch three more places in cold memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace acta::internal {

/// What an aggregate has to be looked at by the clock. One thread.
struct resident {
  std::chrono::steady_clock::time_point last_asked{};
  std::size_t place = 0;  ///< The clock's.
};

class idle_clock {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void add(resident& one) {
    one.place = all_.size();
    all_.push_back(&one);
  }
  void remove(resident& one) {
    all_[one.place] = all_.back();
    all_[one.place]->place = one.place;
    all_.pop_back();
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

  /// One that was last asked before `before`, or null if none of the next `looks` was. The hand
  /// goes on from where it stopped.
  [[nodiscard]] resident* find_idle(time_point before, std::size_t looks) {
    if (before <= none_idle_before_) return nullptr;
    auto oldest = before;
    for (std::size_t i = 0; i < std::min(looks, all_.size()); ++i) {
      hand_ = hand_ + 1 < all_.size() ? hand_ + 1 : 0;
      if (all_[hand_]->last_asked < before) return all_[hand_];
      oldest = i == 0 ? all_[hand_]->last_asked : std::min(oldest, all_[hand_]->last_asked);
    }
    // A whole turn in vain: nobody becomes idle but by time.
    if (looks >= all_.size()) none_idle_before_ = oldest;
    return nullptr;
  }

private:
  std::vector<resident*> all_;
  std::size_t hand_ = 0;
  time_point none_idle_before_{};
};

}  // namespace acta::internal
