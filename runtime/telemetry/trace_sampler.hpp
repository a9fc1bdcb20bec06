// Which traces are exported.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/tracer.hpp"

namespace acta::internal {

/// A value. Any thread.
class trace_sampler {
public:
  /// `ratio` from 0 to 1. With `follows_parent` the parent of a trace decides, and the ratio only
  /// where there is none.
  trace_sampler(bool follows_parent, double ratio)
      : follows_parent_{follows_parent}, below_{bound_of(ratio)} {}

  /// See tracer::samples(). Whatever the settings, what the parent has not sampled is not exported:
  /// the trace would begin in the middle.
  [[nodiscard]] bool samples(const span_context& parent, std::uint64_t trace_low) const {
    if (parent.valid() && !parent.sampled) return deliberate::commits("unsampled_parent_exported");
    if (parent.valid() && follows_parent_) return true;
    return (trace_low >> 1U) < below_;
  }
  /// True if nothing is ever to be exported.
  [[nodiscard]] bool never() const { return !follows_parent_ && below_ == 0; }

private:
  /// Of the last 63 bits of a trace's id, as OpenTelemetry's SDK for Go has it: so two services
  /// with the same ratio choose the same traces.
  static std::uint64_t bound_of(double ratio) {
    constexpr std::uint64_t all = std::uint64_t{1} << 63U;
    if (ratio >= 1) return all;
    return ratio <= 0 ? 0 : static_cast<std::uint64_t>(ratio * static_cast<double>(all));
  }

  bool follows_parent_;
  std::uint64_t below_;
};

/// At most so many a second. Any thread.
class rate_limit {
public:
  explicit rate_limit(std::uint64_t per_second) : per_second_{per_second} {}

  /// Returns true for the first `per_second` calls in each second of the clock. Counts the others.
  [[nodiscard]] bool admits(std::chrono::steady_clock::time_point now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    const std::lock_guard lock{mutex_};
    if (second != second_) {
      second_ = second;
      admitted_ = 0;
    }
    if (admitted_ < per_second_) return ++admitted_ > 0;
    ++refused_;
    return false;
  }
  [[nodiscard]] std::uint64_t refused() const {
    const std::lock_guard lock{mutex_};
    return refused_;
  }

private:
  const std::uint64_t per_second_;
  mutable std::mutex mutex_;
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> second_{};
  std::uint64_t admitted_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace acta::internal
