// How often a supervisor restarts before it gives up: OTP's intensity and period.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace acta {

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

private:
  restart_policy policy_;
  std::deque<time_point> spent_;
};

}  // namespace acta
