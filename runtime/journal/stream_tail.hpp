// Where the newest events of each stream are, until they are indexed on disk: positions only.
#pragma once

#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "actors/model/identifiers.hpp"

namespace acta {

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
  void drop_oldest();

private:
  struct run_of_stream {
    version first;
    std::vector<std::uint64_t> positions;
  };
  struct segment {
    range covered;
    std::size_t events = 0;
    std::unordered_map<stream_id, run_of_stream> streams;
  };
  const std::size_t segment_events_;
  mutable std::mutex mutex_;
  std::deque<segment> segments_;
};

}  // namespace acta
