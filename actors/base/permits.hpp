// How much of one kind may be under way at once: what would be more is refused.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace acta::internal {

/// Any thread. Outlives its permits.
class permits {
public:
  explicit permits(std::size_t most) : left_{most} {}
  permits(const permits&) = delete;
  permits& operator=(const permits&) = delete;

  /// A permit; null if none is left. Letting go of it gives it back.
  [[nodiscard]] std::shared_ptr<void> take() {
    auto left = left_.load(std::memory_order_relaxed);
    do {
      if (left == 0) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
      }
    } while (!left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed));
    return {this, [this](void*) { left_.fetch_add(1, std::memory_order_relaxed); }};
  }
  /// How often none was left.
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::size_t> left_;
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace acta::internal
