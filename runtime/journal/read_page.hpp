// A journal's pages for code that may wait: commands, checks and a node's start.
#pragma once

#include <cstddef>
#include <future>

#include "actors/ports/journal.hpp"

namespace acta::internal {

/// Reads at most `most` events of all, from position `at` on. Blocking: never on a thread of the
/// journal.
[[nodiscard]] inline result<event_page> read_page(journal& of, position at, std::size_t most) {
  std::promise<result<event_page>> page;
  of.read_all(at, most, [&page](auto read) { page.set_value(std::move(read)); });
  return page.get_future().get();
}

/// The same of one stream, from version `at` on.
[[nodiscard]] inline result<event_page> read_page(journal& of, partition_id in,
                                                  const stream_id& stream, version at,
                                                  std::size_t most) {
  std::promise<result<event_page>> page;
  of.read_stream(in, stream, at, most, [&page](auto read) { page.set_value(std::move(read)); });
  return page.get_future().get();
}

}  // namespace acta::internal
