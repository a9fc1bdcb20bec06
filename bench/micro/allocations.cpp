#include "bench/micro/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Replacing operator new is the one way to see every allocation, and both are global by nature.
// In a file of their own, because inlined next to their callers they look mismatched to GCC 12.
std::atomic<std::uint64_t> count{0};

}  // namespace

void* operator new(std::size_t size) {
  count.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace acta {

std::uint64_t allocations() { return count.load(std::memory_order_relaxed); }

}  // namespace acta
