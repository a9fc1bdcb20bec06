#include "runtime/load/arrivals.hpp"

#include <algorithm>
#include <cmath>

namespace acta::internal::load {

namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>{time}.count();
}

}  // namespace

double rate_line::requests_until(std::chrono::nanoseconds time) const {
  const auto t = seconds(time);
  const auto slope = (to - from) / seconds(length);
  return from * t + slope * t * t / 2;
}

std::optional<std::chrono::nanoseconds> rate_line::time_of(double requests) const {
  if (requests >= requests_until(length)) return std::nullopt;
  const auto slope = (to - from) / seconds(length);
  // The root of slope/2 t^2 + from t - requests, in the form that loses no digits and has no
  // division by a slope of 0.
  const auto under_root = from * from + 2 * slope * requests;
  const auto t = requests == 0 ? 0 : 2 * requests / (from + std::sqrt(std::max(under_root, 0.0)));
  return std::chrono::nanoseconds{std::llround(t * 1e9)};
}

}  // namespace acta::internal::load
