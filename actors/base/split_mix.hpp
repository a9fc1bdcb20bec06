// SplitMix64: numbers that look random, from a counter. For ids that must differ and be spread, and
// that nobody must be kept from guessing.
//
// G. L. Steele, D. Lea, C. H. Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
#pragma once

#include <atomic>
#include <cstdint>

namespace acta::internal {

/// Any thread; waits for none. No number comes twice before 2^64 have come.
class split_mix {
public:
  explicit split_mix(std::uint64_t start) : counter_{start} {}

  std::uint64_t next() {
    constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15;
    auto mixed = counter_.fetch_add(golden_gamma, std::memory_order_relaxed) + golden_gamma;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

private:
  std::atomic<std::uint64_t> counter_;
};

}  // namespace acta::internal
