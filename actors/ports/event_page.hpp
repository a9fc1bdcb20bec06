// What is read from a journal: events, page by page, and snapshots.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"

namespace acta::internal {

/// An aggregate as it was at one version, so that recovery need not begin at the first event.
struct snapshot {
  acta::version version;
  std::uint64_t fingerprint = 0;  ///< Of the state's layout and version; another's is not read.
  bytes state;                    ///< CBOR.
  bytes commands;                 ///< CBOR: the window of commands that are recognised.

  bool operator==(const snapshot&) const = default;
};

/// A page ends behind the event with which its payloads come to so many bytes, however many events
/// were asked for: events may be a thousand times larger than usual.
constexpr std::size_t most_page_bytes = 4 * 1024 * 1024;

/// A part of a stream or of the log, in order; it has at least one event if there is one.
struct event_page {
  std::vector<recorded_event> events;
  std::size_t bytes = 0;  ///< Of their payloads.
  /// Nothing follows: the newest durable event is in here, or there was none.
  bool complete = true;
  /// With recover(): what the events follow on; an error (damaged) if it does not check, and then
  /// they begin with the first.
  std::optional<result<internal::snapshot>> snapshot = {};

  void add(recorded_event event) {
    bytes += event.payload.size();
    events.push_back(std::move(event));
  }
  [[nodiscard]] bool full(std::size_t max_events) const {
    return events.size() >= max_events || bytes >= most_page_bytes;
  }
};

using read_done = std::function<void(result<event_page>)>;

}  // namespace acta::internal
