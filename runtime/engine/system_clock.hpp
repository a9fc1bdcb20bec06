// The clocks of this machine.
#pragma once

#include "actors/ports/clock.hpp"

namespace acta::internal {

class system_clock final : public clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] timestamp wall() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

}  // namespace acta::internal
