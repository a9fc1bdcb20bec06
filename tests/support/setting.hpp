// What a long run asks of tests that are short by default; CONTRIBUTING.md lists the names.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

namespace acta::testing {

/// The number in an environment variable; nothing: it is not set.
inline std::optional<std::uint64_t> setting(const char* name) {
  const char* text = std::getenv(name);
  if (!text || !*text) return std::nullopt;
  return std::stoull(text);
}

}  // namespace acta::testing
