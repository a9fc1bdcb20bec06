// Numbers in the form that ids of traces have in texts.
#pragma once

#include <cstdint>
#include <string>

namespace acta::internal {

/// Adds 16 digits in lower case to `out`.
inline void append_hex(std::string& out, std::uint64_t number) {
  constexpr auto digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(number >> shift) & 15];
}

}  // namespace acta::internal
