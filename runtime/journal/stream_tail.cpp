#include "runtime/journal/stream_tail.hpp"

#include <algorithm>

namespace acta::internal {

std::vector<std::uint64_t> stream_tail::segment::positions_of(const chain& one) const {
  std::vector<std::uint64_t> positions(one.count);
  auto at = one.last;
  for (auto position = positions.rbegin(); position != positions.rend(); ++position) {
    *position = covered.first + at;
    at = before[at];
  }
  return positions;
}

stream_tail::found stream_tail::find(const stream_id& stream, version from,
                                     std::size_t most) const {
  found result;
  const std::lock_guard lock{mutex_};
  for (const auto& part : segments_) {
    const auto* here = part.streams.find(stream);
    if (!here) continue;
    const auto& one = here->value;
    result.last = {one.first.value + one.count - 1};
    if (result.first == version{}) result.first = one.first;
    if (result.positions.size() == most || from > result.last) continue;
    const auto positions = part.positions_of(one);
    const auto skip = from > one.first ? from.value - one.first.value : 0;
    for (auto i = skip; i < positions.size() && result.positions.size() < most; ++i)
      result.positions.push_back(positions[i]);
  }
  return result;
}

void stream_tail::add(const std::vector<event>& events) {
  const std::lock_guard lock{mutex_};
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& [stream, at, offset] = events[i];
    if (segments_.empty() || segments_.back().before.size() == segment_events_) {
      segments_.emplace_back();
      segments_.back().covered.first = offset;
    }
    auto& part = segments_.back();
    part.streams.look_ahead(i, events.size(), [&](std::size_t at_i) -> const stream_id& {
      return *events[at_i].stream;
    });
    part.covered.last = offset;
    auto& one = part.streams.find_or_add(*stream, at).value;
    part.before.push_back(one.last);
    one.last = static_cast<std::uint32_t>(part.before.size() - 1);
    ++one.count;
  }
}

stream_tail::range stream_tail::oldest_full() const {
  const std::lock_guard lock{mutex_};
  if (segments_.empty() || segments_.front().before.size() < segment_events_) return {};
  return segments_.front().covered;
}

void stream_tail::visit_oldest(
    const std::function<void(const stream_id&, version, std::span<const std::uint64_t>)>& visit)
    const {
  const auto& full = [this]() -> const segment& {
    const std::lock_guard lock{mutex_};
    return segments_.front();
  }();
  // Without the lock: it is full, and so does not change.
  using entry = stream_table<chain>::entry;
  std::vector<const entry*> all;
  all.reserve(full.streams.size());
  full.streams.for_each([&](const entry& one) { all.push_back(&one); });
  std::sort(all.begin(), all.end(),
            [](const auto* a, const auto* b) { return a->stream < b->stream; });
  for (const auto* one : all) visit(one->stream, one->value.first, full.positions_of(one->value));
}

void stream_tail::drop_oldest() {
  segment dropped;  // destroyed outside the lock: there may be 100,000 streams in it
  const std::lock_guard lock{mutex_};
  dropped = std::move(segments_.front());
  segments_.pop_front();
}

}  // namespace acta::internal
