// Where the newest events of each stream are, until they are indexed on disk: positions only.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "actors/protocol/stream_table.hpp"

namespace acta::internal {

/// The tail in segments of one index run each. The writer adds, the indexer drops whole segments,
/// readers look up. Any thread.
class stream_tail {
public:
  explicit stream_tail(std::size_t segment_events) : segment_events_{segment_events} {}

  struct found {
    version first{};  ///< Of the first of `positions`; 0: the stream is not in the tail.
    std::vector<std::uint64_t> positions;
    /// The stream's newest version in the tail; 0: it is not in the tail.
    version last{};
  };
  /// The durable events of `stream` from version `from` on, at most `most`.
  [[nodiscard]] found find(const stream_id& stream, version from, std::size_t most) const;

  struct event {
    const stream_id* stream;
    version at;
    std::uint64_t offset;
  };
  /// Adds durable events, in order of position.
  void add(const std::vector<event>& events);

  struct range {
    std::uint64_t first = 0;  ///< Positions, both included.
    std::uint64_t last = 0;
  };
  /// The oldest segment, if it is full: what to index next. An empty range if there is none.
  [[nodiscard]] range oldest_full() const;
  /// Visits the streams of the oldest segment, which is full, in order of their texts: the version
  /// of each one's first event there, and the positions. On the thread that drops it; holds up
  /// nobody.
  void visit_oldest(const std::function<void(const stream_id&, version first,
                                             std::span<const std::uint64_t>)>& visit) const;
  void drop_oldest();

private:
  /// The events of one stream in a segment: a chain from the last one back.
  struct chain {
    version first;
    std::uint32_t last = 0;
    std::uint32_t count = 0;
  };
  struct segment {
    [[nodiscard]] std::vector<std::uint64_t> positions_of(const chain& one) const;
    range covered;
    std::vector<std::uint32_t> before;  // of each event, the one before it in its stream
    stream_table<chain> streams;
  };
  const std::size_t segment_events_;
  mutable std::mutex mutex_;
  std::deque<segment> segments_;
};

}  // namespace acta::internal
