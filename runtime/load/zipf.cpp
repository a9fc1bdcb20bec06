#include "runtime/load/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace acta::internal::load {

namespace {

/// log(1 + x) / x and (exp(x) - 1) / x, which are 1 at 0: with them exponent 1 is no special case.
double log1p_over(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x / 2; }
double expm1_over(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2; }

}  // namespace

zipf::zipf(std::uint64_t ranks, double exponent)
    : ranks_{ranks},
      exponent_{exponent},
      least_area_{area(1.5) - 1},
      most_area_{area(static_cast<double>(ranks) + 0.5)},
      surely_right_{2 - area_inverse(area(2.5) - density(2))} {}

std::uint64_t zipf::choose(random_numbers& chance) const {
  for (;;) {
    const auto y = most_area_ + chance.unit() * (least_area_ - most_area_);
    const auto x = area_inverse(y);
    const auto nearest = std::clamp(std::floor(x + 0.5), 1.0, static_cast<double>(ranks_));
    if (nearest - x <= surely_right_ || y >= area(nearest + 0.5) - density(nearest))
      return static_cast<std::uint64_t>(nearest);
  }
}

double zipf::density(double x) const { return std::exp(-exponent_ * std::log(x)); }

double zipf::area(double x) const {
  const auto log_x = std::log(x);
  return expm1_over((1 - exponent_) * log_x) * log_x;
}

double zipf::area_inverse(double y) const {
  // Rounding may bring it a little below -1, where the logarithm ends.
  const auto t = std::max(y * (1 - exponent_), -1.0);
  return std::exp(log1p_over(t) * y);
}

}  // namespace acta::internal::load
