// A limit of the node that its shards share. Each shard may always use a quarter of its even share;
// what it uses beyond comes from one counter that all shards draw on. So one busy shard can use
// most of the node, and no shard is starved by another.
//
//   budget of_node{1'000, 16};   // each shard may always use 15, and all of them share 760
//   share of_shard{of_node};
//   if (!of_shard.take(40)) ...  // refuse, or evict something of this shard's own
//   of_shard.give_back(40);
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace acta::internal {

class share;

/// Any thread. It outlives its shares. The unit is the user's: requests, bytes, aggregates.
class budget {
public:
  /// `shards`: at least 1, and no more shares than that exist at a time. Each may always use
  /// `least`, even if those make more than `total`.
  budget(std::uint64_t total, std::size_t shards, std::uint32_t least = 0)
      : total_{std::max(bounded(total), bounded(shards * std::uint64_t{least}))},
        reserved_{std::max(total_ / (4 * static_cast<std::int64_t>(shards)),
                           static_cast<std::int64_t>(least))},
        common_at_rest_{total_ - reserved_ * static_cast<std::int64_t>(shards)},
        common_{common_at_rest_} {}
  budget(const budget&) = delete;
  budget& operator=(const budget&) = delete;

  [[nodiscard]] std::uint64_t total() const { return static_cast<std::uint64_t>(total_); }
  /// Units that each shard may use, whatever the others do.
  [[nodiscard]] std::uint64_t reserved() const { return static_cast<std::uint64_t>(reserved_); }
  /// The most that one shard can use, when the others use none.
  [[nodiscard]] std::uint64_t most_of_one() const {
    return static_cast<std::uint64_t>(reserved_ + common_at_rest_);
  }
  /// Units in use by all shards together. Takes a lock and visits every share.
  [[nodiscard]] std::uint64_t used() const;

private:
  friend class share;
  /// Sums of two limits must not overflow.
  static std::int64_t bounded(std::uint64_t total) {
    constexpr std::uint64_t most = std::uint64_t{1} << 61;
    return static_cast<std::int64_t>(std::min(total, most));
  }

  const std::int64_t total_;
  const std::int64_t reserved_;
  const std::int64_t common_at_rest_;
  /// Below zero while a share that was refused puts back what it drew, and after overdraw().
  std::atomic<std::int64_t> common_;
  mutable std::mutex mutex_;
  std::vector<const share*> shares_;  // under the lock
};

/// The use that one shard makes of a budget. Any thread. The destructor gives back what is left.
class share {
public:
  explicit share(budget& of) : of_{&of}, total_{of.total_}, reserved_{of.reserved_} {
    const std::lock_guard lock{of_->mutex_};
    of_->shares_.push_back(this);
  }
  share(const share&) = delete;
  share& operator=(const share&) = delete;
  ~share() {
    give_back(used());
    const std::lock_guard lock{of_->mutex_};
    std::erase(of_->shares_, this);
  }

  /// Takes `units` or nothing. Two that compete for the last units may both be refused.
  [[nodiscard]] bool take(std::uint64_t units) {
    if (units > static_cast<std::uint64_t>(total_)) return false;
    if (add(signed_of(units))) return true;
    give_back(units);
    return false;
  }
  /// Takes them whether there are any or not, for what cannot be refused.
  void overdraw(std::uint64_t units) { (void)add(signed_of(units)); }
  void give_back(std::uint64_t units) {
    const auto before = used_.fetch_sub(signed_of(units), std::memory_order_relaxed);
    if (before > reserved_)
      of_->common_.fetch_add(std::min(signed_of(units), before - reserved_),
                             std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t used() const {
    return static_cast<std::uint64_t>(used_.load(std::memory_order_relaxed));
  }
  /// Units that take() could take now. An estimate, since other shares change meanwhile.
  [[nodiscard]] std::uint64_t left() const {
    const auto own = std::max<std::int64_t>(0, reserved_ - used_.load(std::memory_order_relaxed));
    return static_cast<std::uint64_t>(
        own + std::max<std::int64_t>(0, of_->common_.load(std::memory_order_relaxed)));
  }

  /// True if all shares together use more than the total, and this share more than its reserve. An
  /// estimate, too.
  [[nodiscard]] bool overdrawn() const {
    return used_.load(std::memory_order_relaxed) > reserved_ &&
           of_->common_.load(std::memory_order_relaxed) < 0;
  }

private:
  static std::int64_t signed_of(std::uint64_t units) { return static_cast<std::int64_t>(units); }
  /// True if the common counter had what is beyond the reserve.
  bool add(std::int64_t units) {
    const auto after = used_.fetch_add(units, std::memory_order_relaxed) + units;
    if (after <= reserved_ || units == 0) return true;
    const auto beyond = std::min(units, after - reserved_);
    return of_->common_.fetch_sub(beyond, std::memory_order_relaxed) >= beyond;
  }

  budget* of_;
  // Copies, since the counter beside the originals is written by all shards.
  const std::int64_t total_;
  const std::int64_t reserved_;
  /// A share has drawn from the common counter exactly the units that it uses beyond its reserve:
  /// each change of `used_` moves both by the same amount, in whatever order threads make changes.
  std::atomic<std::int64_t> used_{0};
};

inline std::uint64_t budget::used() const {
  const std::lock_guard lock{mutex_};
  std::uint64_t all = 0;
  for (const auto* one : shares_) all += one->used();
  return all;
}

}  // namespace acta::internal
