// What the actors know of time. Under test it is the deterministic scheduler's clock.
#pragma once

#include <chrono>

#include "actors/model/identifiers.hpp"

namespace acta::internal {

/// Any thread, any time.
class clock {
public:
  virtual ~clock() = default;
  /// Time that only goes forward: for durations and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  /// Time of day: what an event remembers. It may jump; nothing is ordered by it.
  [[nodiscard]] virtual timestamp wall() const = 0;
};

}  // namespace acta::internal
