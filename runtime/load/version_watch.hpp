// The newest version that the harness was shown of each aggregate, for what it may be shown next.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace acta::internal::load {

/// Any thread. 8 bytes an aggregate.
class version_watch {
public:
  explicit version_watch(std::uint64_t keys) : newest_(keys) {}

  [[nodiscard]] std::uint64_t newest(std::uint64_t key) const {
    return newest_[key].load(std::memory_order_acquire);
  }
  /// An answer showed this version.
  void shown(std::uint64_t key, std::uint64_t version) {
    auto& newest = newest_[key];
    auto known = newest.load(std::memory_order_relaxed);
    while (known < version &&
           !newest.compare_exchange_weak(known, version, std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
  }

private:
  std::vector<std::atomic<std::uint64_t>> newest_;
};

}  // namespace acta::internal::load
