// All events of an embedded journal, for code that may wait.
#pragma once

#include <algorithm>
#include <functional>

#include "runtime/journal/read_page.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal {

/// Calls `visit` for every durable event from offset `from` on, until it returns false. Blocking.
/// Fails as read_page() does.
[[nodiscard]] inline result<void> for_each_event(
    journal& of, std::uint64_t from, const std::function<bool(const recorded_event&)>& visit) {
  constexpr std::size_t page_events = 4096;
  for (position at{embedded_partition, std::max<std::uint64_t>(from, 1)};;) {
    const auto page = read_page(of, at, page_events);
    if (!page) return page.error();
    for (const auto& event : page->events)
      if (!visit(event)) return {};
    if (page->complete) return {};
    at.offset += page->events.size();
  }
}

}  // namespace acta::internal
