// Zipf's law: of n ranks the k-th is chosen with a probability proportional to 1 / k^exponent.
#pragma once

#include <cstdint>

#include "runtime/load/random.hpp"

namespace acta::internal::load {

/// By rejection-inversion (W. Hörmann, G. Derflinger: "Rejection-inversion to generate variates
/// from monotone discrete distributions", ACM TOMACS 6, 1996): exact for every exponent, 1 too,
/// without tables, in constant time however many ranks there are. Fewer than 1.1 numbers are drawn
/// for each.
class zipf {
public:
  /// `ranks` at least 1 and at most 2^53; `exponent` above 0.
  zipf(std::uint64_t ranks, double exponent);

  /// Returns a rank from 1 on; rank 1 is the most frequent.
  [[nodiscard]] std::uint64_t choose(random_numbers& chance) const;

private:
  [[nodiscard]] double density(double x) const;
  /// The integral of the density from 1 to x, and its inverse.
  [[nodiscard]] double area(double x) const;
  [[nodiscard]] double area_inverse(double y) const;

  std::uint64_t ranks_;
  double exponent_;
  double least_area_;
  double most_area_;
  double surely_right_;  // x this close below its rank needs no second look
};

}  // namespace acta::internal::load
