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
    /// Entries that were walked over. At most 63 more than `positions` has, for each segment that
    /// these are in.
    std::size_t visited = 0;
  };
  /// The durable events of `stream` from version `from` on, at most `most`. The writer waits
  /// meanwhile: it costs what it finds, however many events the stream has.
  [[nodiscard]] found find(const stream_id& stream, version from, std::size_t most) const;

  struct event {
    const stream_id* stream;
    version at;
    std::uint64_t offset;
  };
  /// Adds durable events, in order of position. Returns how many segments became full.
  std::size_t add(const std::vector<event>& events);

  /// How many events there are.
  [[nodiscard]] std::size_t events() const;
  [[nodiscard]] std::size_t full_segments() const { return events() / segment_events_; }

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
    /// Adds to `into` the positions of the events `begin` to `end`, which is excluded, of one
    /// stream. They are counted from 0, and there is at least one.
    void add_positions(const stream_table<chain>::entry& of, std::size_t begin, std::size_t end,
                       found& into) const;
    range covered;
    std::vector<std::uint32_t> before;  // of each event, the one before it in its stream
    stream_table<chain> streams;
    /// Where in its chain every 64th event of a stream is, so that a page in the middle of a hot
    /// stream is found without a walk from its end. Beside the chains: few streams have so many.
    stream_table<std::vector<std::uint32_t>> marks;
  };
  const std::size_t segment_events_;
  mutable std::mutex mutex_;
  std::deque<segment> segments_;
};

}  // namespace acta::internal
