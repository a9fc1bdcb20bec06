// Chance that a seed repeats: the same numbers on every machine, which std::mt19937_64 promises,
// but none of the standard library's distributions does.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "actors/base/split_mix.hpp"
#include "actors/base/unit_interval.hpp"

namespace acta::internal::load {

/// One thread.
class random_numbers {
public:
  explicit random_numbers(std::uint64_t seed) : numbers_{seed} {}

  std::uint64_t next() { return numbers_.next(); }
  /// At least 0, below 1, uniformly.
  double unit() { return unit_interval(next()); }
  /// At least 0, below `end`, which is not 0; each as likely as any other. Draws twice at most, on
  /// average.
  std::uint64_t below(std::uint64_t end) {
    const auto mask = ~std::uint64_t{0} >> std::countl_zero((end - 1) | 1);
    for (;;)
      if (const auto drawn = next() & mask; drawn < end) return drawn;
  }
  /// At least `least`, at most `most`.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    const auto width = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
    const auto step = width == 0 ? next() : below(width);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + step);
  }
  /// Of a Poisson process with one arrival per unit of time on average: the time to the next.
  double exponential() { return -std::log1p(-unit()); }

private:
  split_mix numbers_;
};

}  // namespace acta::internal::load
