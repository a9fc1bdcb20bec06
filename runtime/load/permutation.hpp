// A permutation of 0 to n-1 that a seed chooses, without a table.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "actors/base/split_mix.hpp"

namespace acta::internal::load {

/// A Feistel network of four rounds over the next power of four, walked until the result is below n
/// (J. Black, P. Rogaway: "Ciphers with Arbitrary Finite Domains", CT-RSA 2002): at most four walks
/// on average. So neighbours in rank are no neighbours in id. Any thread.
class permutation {
public:
  /// `size` at least 1, at most 2^62.
  permutation(std::uint64_t size, std::uint64_t seed)
      : size_{size}, half_bits_{(static_cast<unsigned>(std::bit_width(size - 1)) + 1) / 2} {
    if (half_bits_ == 0) half_bits_ = 1;
    split_mix numbers{seed};
    for (auto& key : keys_) key = numbers.next();
  }

  /// Returns where `index`, below the size, goes.
  [[nodiscard]] std::uint64_t operator()(std::uint64_t index) const {
    do index = once(index);
    while (index >= size_);
    return index;
  }

private:
  [[nodiscard]] std::uint64_t once(std::uint64_t value) const {
    const auto mask = (std::uint64_t{1} << half_bits_) - 1;
    auto left = value >> half_bits_;
    auto right = value & mask;
    for (const auto key : keys_) {
      const auto mixed = split_mix{right ^ key}.next() & mask;
      left = std::exchange(right, left ^ mixed);
    }
    return (left << half_bits_) | right;
  }

  std::uint64_t size_;
  unsigned half_bits_;
  std::array<std::uint64_t, 4> keys_{};
};

}  // namespace acta::internal::load
