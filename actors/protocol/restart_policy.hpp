// How often something that fails is started again, and how soon: OTP's intensity and period, and a
// back-off with jitter. What supervisors and shards have in common.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "actors/base/unit_interval.hpp"

namespace acta::internal {

/// At most `intensity` restarts within `period`.
struct restart_policy {
  std::size_t intensity = 5;
  std::chrono::milliseconds period{10'000};
};

class restart_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit restart_budget(restart_policy policy) : policy_{policy} {}

  /// Takes note of a restart at `now`. False: that was one too many.
  [[nodiscard]] bool spend(time_point now) {
    while (!spent_.empty() && now - spent_.front() > policy_.period) spent_.pop_front();
    spent_.push_back(now);
    return spent_.size() <= policy_.intensity;
  }
  /// Restarts within the period that ended with the newest.
  [[nodiscard]] std::size_t spent() const { return spent_.size(); }

private:
  restart_policy policy_;
  std::deque<time_point> spent_;
};

/// Waits that double from `least` to `most`.
struct backoff {
  std::chrono::milliseconds least{100};
  std::chrono::milliseconds most{30'000};

  /// The wait before attempt `attempt`, 1 or more: between half of it and all of it, by `chance`
  /// (64 uniform bits), so that what failed together does not come back together.
  [[nodiscard]] std::chrono::milliseconds delay(std::size_t attempt, std::uint64_t chance) const {
    const auto doublings = std::min<std::size_t>(attempt - 1, 30);
    const bool reached = least.count() > most.count() >> doublings;
    const auto whole = reached ? most : std::chrono::milliseconds{least.count() << doublings};
    const auto share = unit_interval(chance);
    return std::chrono::milliseconds{
        static_cast<std::int64_t>(static_cast<double>(whole.count()) * (0.5 + share / 2))};
  }
};

}  // namespace acta::internal
