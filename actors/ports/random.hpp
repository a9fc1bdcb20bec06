// Where the actors get chance from, so that a test can repeat it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace acta::internal {

/// Any thread, any time.
class random_source {
public:
  virtual ~random_source() = default;
  /// 64 uniformly distributed bits.
  virtual std::uint64_t next() = 0;
};

/// Returns 26 characters that hold 128 random bits: an id that nobody else makes.
inline std::string random_id(random_source& chance) {
  static constexpr std::string_view digits = "0123456789abcdefghijkmnpqrstvwxyz";
  static constexpr std::size_t digits_of_64_bits = 13;  // of 5 bits each; the last has 4
  std::array<char, 2 * digits_of_64_bits> id;
  for (std::size_t word = 0; word < 2; ++word) {
    auto bits = chance.next();
    for (std::size_t i = 0; i < digits_of_64_bits; ++i, bits >>= 5)
      id[word * digits_of_64_bits + i] = digits[bits & 31];
  }
  return {id.data(), id.size()};
}

}  // namespace acta::internal
