// What an aggregate's state weighs, in bytes of CBOR: that of its newest snapshot, and the events
// since. Nothing is encoded to be weighed. So a state without a snapshot weighs what its events do,
// which says ever less the more there are: of those no more than a snapshot sums up are counted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace acta::internal {

/// One thread.
class state_weight {
public:
  /// The weight that was told last is about as near to the true one as the greater of these.
  static constexpr std::uint64_t least_change = 4 * 1024;
  static constexpr std::uint64_t change_divisor = 4;  ///< A quarter of it.
  /// Events that count where no snapshot sums them up, if snapshots are not rarer.
  static constexpr std::uint64_t most_events = 1'000;

  explicit state_weight(std::size_t snapshot_every_events)
      : most_events_{std::max<std::uint64_t>(most_events, snapshot_every_events)} {}

  /// The state is that of a snapshot of so many bytes.
  void is_as_snapshot(std::size_t snapshot_bytes) {
    snapshot_ = snapshot_bytes;
    event_bytes_ = events_ = 0;
  }
  void add_event(std::size_t payload_bytes) {
    event_bytes_ += payload_bytes;
    ++events_;
  }
  [[nodiscard]] std::uint64_t bytes() const {
    return snapshot_ +
           (events_ <= most_events_ ? event_bytes_ : event_bytes_ / events_ * most_events_);
  }

  /// False: change() would return nothing, if only events were added since its last call. One
  /// comparison.
  [[nodiscard]] bool may_have_changed() const { return event_bytes_ >= look_at_; }
  /// The weight, if it differs enough from the weight that was returned last.
  [[nodiscard]] std::optional<std::uint64_t> change() {
    const auto now = bytes();
    const bool far = std::max(now, told_) - std::min(now, told_) >= step();
    if (far) told_ = now;
    look_at_ = event_bytes_ + step();
    return far ? std::optional{now} : std::nullopt;
  }

private:
  [[nodiscard]] std::uint64_t step() const {
    return std::max(least_change, told_ / change_divisor);
  }

  const std::uint64_t most_events_;
  std::uint64_t snapshot_ = 0;
  std::uint64_t event_bytes_ = 0;  // and events_: since the snapshot
  std::uint64_t events_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t look_at_ = least_change;
};

}  // namespace acta::internal
