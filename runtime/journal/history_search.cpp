#include "runtime/journal/history_search.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace acta::internal {

namespace {

// Most searches end at once; those that do not, read a page of the usual size at a time.
constexpr std::size_t first_chunk_events = 16;
constexpr std::size_t most_chunk_events = 1024;

/// As far as a duration can say it, and none if `earlier` is the later one.
timestamp::duration difference(timestamp later, timestamp earlier) {
  if (later <= earlier) return {};
  const auto ticks = static_cast<std::uint64_t>(later.time_since_epoch().count()) -
                     static_cast<std::uint64_t>(earlier.time_since_epoch().count());
  constexpr auto most = timestamp::duration::max();
  return ticks > static_cast<std::uint64_t>(most.count())
             ? most
             : timestamp::duration{static_cast<timestamp::rep>(ticks)};
}

}  // namespace

history_search::history_search(command_search what)
    : what_{std::move(what)},
      top_{what_.newest},
      chunk_events_{first_chunk_events},
      later_{what_.waits_until} {
  outcome_.down_to = top_;
  over_ = top_ == version{};
}

version history_search::first_of_chunk() const {
  return {top_.value - std::min<std::uint64_t>(top_.value, chunk_events_) + 1};
}

std::optional<history_search::range> history_search::next() const {
  if (over_) return std::nullopt;
  const auto from = first_of_chunk().next(chunk_.size());
  return range{from, static_cast<std::size_t>(top_.value - from.value + 1)};
}

result<void> history_search::take(event_page page) {
  const auto first = first_of_chunk();
  if (page.events.empty())
    return error{errc::damaged, to_string(what_.stream) + " has no version " +
                                    std::to_string(first.next(chunk_.size()).value)};
  std::move(page.events.begin(), page.events.end(), std::back_inserter(chunk_));
  if (chunk_.back().version < top_) return {};
  for (auto at = chunk_.rbegin(); at != chunk_.rend() && !over_; ++at) examine(*at);
  chunk_.clear();
  top_ = {first.value - 1};
  chunk_events_ = std::min(2 * chunk_events_, most_chunk_events);
  if (!over_ && top_ == version{}) end(outcome_.found ? outcome_.found->last : version{});
  return {};
}

void history_search::note_wait(timestamp began) {
  if (what_.steps_of_the_clock == 0) return;
  const auto wait = difference(std::exchange(later_, began), began);
  longest_waits_.insert(
      std::upper_bound(longest_waits_.begin(), longest_waits_.end(), wait, std::greater{}), wait);
  if (longest_waits_.size() > what_.steps_of_the_clock) longest_waits_.pop_back();
}

timestamp history_search::latest_time(timestamp said) const {
  for (const auto wait : longest_waits_)
    said = wait < timestamp::max() - std::max(said, timestamp{}) ? said + wait : timestamp::max();
  return said;
}

void history_search::examine(const recorded_event& event) {
  if (event.version == what_.newest) outcome_.newest_time = event.metadata.time;
  note_wait(event.metadata.time);
  const auto& id = event.metadata.command_id;
  if (auto& found = outcome_.found) {
    if (id != what_.command_id) return end(found->last);
    ++found->events;
    return;
  }
  if (!what_.command_id.empty() && id == what_.command_id) {
    outcome_.found = {event.version, 1, event.metadata.command_hash};
    return;
  }
  if (latest_time(event.metadata.time) < what_.since) {
    outcome_.older = event.version;
    return end(event.version);
  }
  pass(event);
}

void history_search::pass(const recorded_event& event) {
  const auto& id = event.metadata.command_id;
  const bool begun = event.version == what_.newest || id != last_id_;
  last_id_ = id;
  if (!begun || !all_passed_) return;
  if (outcome_.passed.size() < what_.most_passed) {
    outcome_.passed.push_back({hash_of_command_id(id), event.version});
    return;
  }
  all_passed_ = false;
  outcome_.down_to = event.version;
  outcome_.left_out = latest_time(event.metadata.time);
  over_ = what_.command_id.empty();
}

void history_search::end(version down_to) {
  over_ = true;
  if (all_passed_) outcome_.down_to = down_to;
}

}  // namespace acta::internal
