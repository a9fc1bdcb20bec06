// When the requests of an open loop are to begin: at moments that depend on nothing but the rate
// and the seed, however slow the answers are.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/load/random.hpp"

namespace acta::internal::load {

/// A rate in requests a second that goes from one value to another in a straight line.
struct rate_line {
  double from = 0;
  double to = 0;
  std::chrono::nanoseconds length{};

  /// How many requests begin before `time`, on average.
  [[nodiscard]] double requests_until(std::chrono::nanoseconds time) const;
  /// When so many have begun; nothing if the line ends before.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> time_of(double requests) const;
};

enum class arrival_law {
  constant,  ///< Equally spaced, at a constant rate.
  poisson,   ///< Independent of each other, as those of many users are.
};

/// The beginnings of one line, as times from its begin on. One thread.
class arrivals {
public:
  arrivals(const rate_line& line, arrival_law law) : line_{line}, law_{law} {}

  /// Returns the next, never before the one before it; nothing after the last.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> next(random_numbers& chance) {
    // A Poisson process of any rate is one of rate 1, if time is counted in expected requests
    // (E. Çinlar, "Introduction to Stochastic Processes", 1975, section 4.7).
    reached_ += law_ == arrival_law::poisson ? chance.exponential() : 1;
    return line_.time_of(law_ == arrival_law::poisson ? reached_ : reached_ - 1);
  }

private:
  rate_line line_;
  arrival_law law_;
  double reached_ = 0;
};

}  // namespace acta::internal::load
