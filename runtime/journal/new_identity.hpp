// Identities that no other journal has.
#pragma once

#include <random>

#include "actors/model/cursor.hpp"

namespace acta::internal {

/// Of a journal that was just made.
[[nodiscard]] inline journal_identity new_identity() {
  std::random_device chance;
  const auto random = [&chance] { return (std::uint64_t{chance()} << 32) | chance(); };
  return {{{random(), random()}}, {{1, 0}}};
}

/// A further history of `identity`, which goes its own way after the offset `last`.
inline void fork(journal_identity& identity, std::uint64_t last) {
  const std::uint64_t raised = identity.current() + 1 + std::random_device{}();
  identity.histories.push_back({raised, last});
}

}  // namespace acta::internal
