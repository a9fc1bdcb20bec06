// The rates that a search for the knee may try, as rungs of one ladder.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace acta::internal::load {

class rate_ladder {
public:
  using rung = std::int64_t;

  /// From `first` up, each rate `precision` above the one below it; the highest is `most` itself,
  /// which may be nearer. `growth` is the factor of a leap.
  rate_ladder(double first, double most, double precision, double growth)
      : first_{first},
        most_{most},
        each_{std::log1p(precision)},
        // A rounding error must not add a rung to a whole number of them.
        last_{static_cast<rung>(std::ceil(std::log(most / first) / each_ - 1e-9))},
        leap_{std::max<rung>(1, std::llround(std::log(growth) / each_))} {}

  [[nodiscard]] double rate(rung at) const {
    return at == last_ ? most_ : first_ * std::exp(each_ * static_cast<double>(at));
  }
  [[nodiscard]] rung last() const { return last_; }
  /// One leap up, or the last rung.
  [[nodiscard]] rung leap(rung from) const { return std::min(last_, from + leap_); }

private:
  double first_;
  double most_;
  double each_;
  rung last_;
  rung leap_;
};

}  // namespace acta::internal::load
