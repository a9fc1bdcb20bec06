#include "runtime/journal/stream_tail.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

constexpr std::size_t mark_every = 64;

}  // namespace

void stream_tail::segment::add_positions(const stream_table<chain>::entry& of, std::size_t begin,
                                         std::size_t end, found& into) const {
  // From the first mark that is not before the last event wanted; or, behind all marks, from the
  // last event.
  std::size_t i = of.value.count - 1;
  auto at = of.value.last;
  const auto mark = (end - 1) / mark_every;
  if (const auto* marked = marks.find(of.stream); marked && mark < marked->value.size()) {
    i = mark * mark_every + mark_every - 1;
    at = marked->value[mark];
  }
  into.visited += i + 1 - begin;
  for (; i >= end; --i) at = before[at];
  into.positions.resize(into.positions.size() + (end - begin));
  for (auto position = into.positions.rbegin(); i + 1 > begin; --i, at = before[at])
    *position++ = covered.first + at;
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
    const auto room = most - result.positions.size();
    if (room == 0 || from > result.last) continue;
    const auto skip = from > one.first ? from.value - one.first.value : 0;
    part.add_positions(*here, skip, skip + std::min<std::size_t>(room, one.count - skip), result);
  }
  return result;
}

std::size_t stream_tail::add(const std::vector<event>& events) {
  std::size_t full = 0;
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
    if (++one.count % mark_every == 0) part.marks.find_or_add(*stream).value.push_back(one.last);
    if (part.before.size() == segment_events_) ++full;
  }
  return full;
}

std::size_t stream_tail::events() const {
  const std::lock_guard lock{mutex_};
  if (segments_.empty()) return 0;
  return (segments_.size() - 1) * segment_events_ + segments_.back().before.size();
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
  for (const auto* one : all) {
    found events;
    full.add_positions(*one, 0, one->value.count, events);
    visit(one->stream, one->value.first, events.positions);
  }
}

void stream_tail::drop_oldest() {
  segment dropped;  // destroyed outside the lock: there may be 100,000 streams in it
  const std::lock_guard lock{mutex_};
  dropped = std::move(segments_.front());
  segments_.pop_front();
}

}  // namespace acta::internal
