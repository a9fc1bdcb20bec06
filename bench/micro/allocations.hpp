// Counts the allocations of a bench program.
#pragma once

#include <cstdint>

namespace acta {

/// Returns how often operator new was called in this process, by any thread.
[[nodiscard]] std::uint64_t allocations();

}  // namespace acta
