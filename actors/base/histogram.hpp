// How often values came, in a bounded number of buckets whose width follows the value: small values
// exactly, large ones within a fixed share of themselves. So the percentiles of latencies from
// microseconds to hours fit into some ten kilobytes, and no range has to be guessed beforehand.
//
// The layout is that of Gil Tene's HdrHistogram (github.com/HdrHistogram): within each power of two
// the buckets are equally wide.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace acta::internal {

/// Values are whole numbers from 0, of any unit. One thread. Adding is constant in time; memory
/// grows with the logarithm of the largest value, 1 KiB for each doubling.
class histogram {
public:
  using value_type = std::uint64_t;

  /// A bucket is at most 1/128 of its values wide.
  static constexpr unsigned precision_bits = 7;

  struct bucket {
    value_type least = 0;
    value_type most = 0;  ///< Inclusive.
    std::uint64_t count = 0;
  };

  void add(value_type value, std::uint64_t times = 1) {
    if (times == 0) return;
    const auto at = index_of(value);
    if (at >= counts_.size()) counts_.resize(at + 1);
    counts_[at] += times;
    count_ += times;
    sum_ += static_cast<double>(value) * static_cast<double>(times);
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
  }

  histogram& operator+=(const histogram& other) {
    if (counts_.size() < other.counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    least_ = std::min(least_, other.least_);
    most_ = std::max(most_, other.most_);
    return *this;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// 0 if nothing was added.
  [[nodiscard]] value_type least() const { return count_ == 0 ? 0 : least_; }
  [[nodiscard]] value_type most() const { return most_; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

  /// Returns a value that at least the share `quantile` (0 to 1) of all values does not exceed: the
  /// largest of its bucket, but none above most(). 0 if nothing was added.
  [[nodiscard]] value_type at(double quantile) const {
    const auto wanted = std::max<std::uint64_t>(1, rank_of(quantile));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      below += counts_[i];
      if (below >= wanted) return std::min(most_of(i), most_);
    }
    return most_;
  }
  /// How many values were at most `limit`, to the width of the bucket that holds it.
  [[nodiscard]] std::uint64_t count_up_to(value_type limit) const {
    std::uint64_t sum = 0;
    const auto end = std::min(counts_.size(), index_of(limit) + 1);
    for (std::size_t i = 0; i < end; ++i) sum += counts_[i];
    return sum;
  }

  /// Calls `each` with every bucket that is not empty, the smallest values first.
  template <class Each>
  void for_each(Each each) const {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i] > 0) each(bucket{least_of(i), most_of(i), counts_[i]});
  }

private:
  static constexpr value_type parts = value_type{1} << precision_bits;

  // Values below 2 * parts have a bucket each. From there on every power of two has `parts`.
  static std::size_t index_of(value_type value) {
    if (value < 2 * parts) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - (precision_bits + 1);
    return static_cast<std::size_t>(shift * parts + (value >> shift));
  }
  static value_type least_of(std::size_t index) {
    if (index < 2 * parts) return index;
    const auto shift = index / parts - 1;
    return (index % parts + parts) << shift;
  }
  static value_type most_of(std::size_t index) {
    if (index < 2 * parts) return index;
    return least_of(index) + ((value_type{1} << (index / parts - 1)) - 1);
  }

  [[nodiscard]] std::uint64_t rank_of(double quantile) const {
    if (!(quantile > 0)) return 0;
    if (quantile >= 1) return count_;
    const auto exact = quantile * static_cast<double>(count_);
    const auto whole = static_cast<std::uint64_t>(exact);
    return whole + (static_cast<double>(whole) < exact ? 1 : 0);
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  value_type least_ = std::numeric_limits<value_type>::max();
  value_type most_ = 0;
};

}  // namespace acta::internal
