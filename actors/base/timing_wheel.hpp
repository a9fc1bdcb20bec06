// A hashed timing wheel (Varghese and Lauck, Hashed and Hierarchical Timing Wheels, 1987): what has
// a deadline, found without a look at what has not passed. Intrusive: it allocates nothing.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace acta::internal {

/// An element of a wheel; to be derived from.
class wheel_item {
private:
  friend class timing_wheel;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t spoke_ = 0;
  wheel_item* previous_ = nullptr;
  wheel_item* next_ = nullptr;
};

/// One thread at a time.
class timing_wheel {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void add(wheel_item& one, time_point deadline) {
    one.deadline_ = deadline;
    // A deadline that has passed is due at the next look.
    one.spoke_ = std::max(tick_of(deadline), looked_) % spokes;
    auto& first = spokes_[one.spoke_];
    one.previous_ = nullptr;
    one.next_ = first;
    if (first) first->previous_ = &one;
    first = &one;
  }
  void remove(wheel_item& one) {
    auto& first = spokes_[one.spoke_];
    (one.previous_ ? one.previous_->next_ : first) = one.next_;
    if (one.next_) one.next_->previous_ = one.previous_;
    one.previous_ = one.next_ = nullptr;
  }

  /// Calls `found` with each element, which must not change the wheel.
  template <class Found>
  void for_each(Found found) const {
    for (auto* one : spokes_)
      for (; one; one = one->next_) found(*one);
  }
  /// Calls `found` with each element whose deadline is not after `now`. An element that stays in
  /// the wheel may be found again. `found` must not change the wheel. `now` does not go back.
  template <class Found>
  void for_each_due(time_point now, Found found) {
    const auto last = tick_of(now);
    // The spoke of the last look is looked at again: what it had may be due only now.
    if (last - looked_ >= spokes) looked_ = last - (spokes - 1);
    for (; looked_ <= last; ++looked_)
      for (auto* one = spokes_[looked_ % spokes]; one; one = one->next_)
        if (one->deadline_ <= now) found(*one);
    looked_ = last;
  }

private:
  static constexpr std::uint64_t spokes = 256;
  static constexpr int nanoseconds_bits = 26;  // a tick of 67 ms
  static std::uint64_t tick_of(time_point at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) >> nanoseconds_bits;
  }

  std::array<wheel_item*, spokes> spokes_{};
  std::uint64_t looked_ = 0;
};

}  // namespace acta::internal
