// Random bits as a number from 0 to 1.
#pragma once

#include <cstdint>

namespace acta::internal {

/// At least 0, below 1: the upper 53 of 64 uniform bits, each result as likely as any other.
[[nodiscard]] constexpr double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace acta::internal
