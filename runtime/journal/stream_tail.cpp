#include "runtime/journal/stream_tail.hpp"

#include <algorithm>

namespace acta {

stream_tail::found stream_tail::find(const stream_id& stream, version from,
                                     std::size_t most) const {
  found result;
  const std::lock_guard lock{mutex_};
  for (const auto& part : segments_) {
    const auto here = part.streams.find(stream);
    if (here == part.streams.end()) continue;
    const auto& [first, positions] = here->second;
    result.last = {first.value + positions.size() - 1};
    if (result.first == version{}) result.first = first;
    const auto skip = from > first ? std::min(from.value - first.value, positions.size()) : 0;
    for (auto i = skip; i < positions.size() && result.positions.size() < most; ++i)
      result.positions.push_back(positions[i]);
  }
  return result;
}

void stream_tail::add(const std::vector<event>& events) {
  const std::lock_guard lock{mutex_};
  for (const auto& [stream, at, offset] : events) {
    if (segments_.empty() || segments_.back().events == segment_events_) {
      segments_.emplace_back();
      segments_.back().covered.first = offset;
    }
    auto& part = segments_.back();
    part.covered.last = offset;
    ++part.events;
    auto& run = part.streams.try_emplace(*stream, run_of_stream{at, {}}).first->second;
    run.positions.push_back(offset);
  }
}

stream_tail::range stream_tail::oldest_full() const {
  const std::lock_guard lock{mutex_};
  if (segments_.empty() || segments_.front().events < segment_events_) return {};
  return segments_.front().covered;
}

void stream_tail::drop_oldest() {
  segment dropped;  // destroyed outside the lock: there may be 100,000 streams in it
  const std::lock_guard lock{mutex_};
  dropped = std::move(segments_.front());
  segments_.pop_front();
}

}  // namespace acta
