// Which aggregate a request goes to: keys 0 to n-1, and the laws by which they are chosen.
#pragma once

#include <cstdint>
#include <variant>

#include "runtime/load/permutation.hpp"
#include "runtime/load/random.hpp"
#include "runtime/load/zipf.hpp"

namespace acta::internal::load {

/// Each key as often as any other.
struct uniform_keys {};
/// One after the other, and again from the first.
struct sequential_keys {};
/// By Zipf's law; which keys are frequent, the seed decides.
struct zipf_keys {
  double exponent = 1;
};
/// `share` of the requests go to `count` keys, which the seed chooses; the rest to the others.
struct hot_keys {
  std::uint64_t count = 1;
  double share = 0.9;
};
using key_law = std::variant<uniform_keys, sequential_keys, zipf_keys, hot_keys>;

/// One thread.
class key_choice {
public:
  /// `keys` at least 1; a hot set is smaller than that.
  key_choice(const key_law& law, std::uint64_t keys, std::uint64_t seed);

  [[nodiscard]] std::uint64_t next(random_numbers& chance);

private:
  key_law law_;
  std::uint64_t keys_;
  permutation places_;
  zipf ranks_;
  std::uint64_t turn_ = 0;
};

}  // namespace acta::internal::load
