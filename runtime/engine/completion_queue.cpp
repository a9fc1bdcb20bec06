#include "runtime/engine/completion_queue.hpp"

#include <algorithm>
#include <utility>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

void completion_queue::push(std::span<completion_ptr> batch, time_point now) {
  for (auto& one : batch) {
    if (deliberate::commits("completion_dropped") && waiting_.size() == 2) continue;
    waiting_.push_back({std::move(one), now});
  }
}

std::optional<completion_queue::job> completion_queue::next() {
  while (!waiting_.empty()) {
    auto first = std::move(waiting_.front().what);
    waiting_.pop_front();
    const auto* stream = first->stream();
    auto* same = stream ? find(*stream) : nullptr;
    if (same && !deliberate::commits("answers_of_a_stream_overtake")) {
      same->behind.push_back(std::move(first));
      continue;
    }
    const auto at = find_free_place();
    places_[at].completes = first;
    ++running_;
    return job{std::move(first), at};
  }
  return std::nullopt;
}

completion_ptr completion_queue::finish(std::size_t at) {
  auto& [completes, behind] = places_[at];
  completes = nullptr;
  if (behind.empty()) {
    --running_;
    return nullptr;
  }
  completes = std::move(behind.front());
  behind.pop_front();
  return completes;
}

std::optional<completion_queue::time_point> completion_queue::waits_since() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().since;
}

completion_queue::place* completion_queue::find(const stream_id& stream) {
  const auto found = std::find_if(places_.begin(), places_.end(), [&](const place& one) {
    const auto* other = one.completes ? one.completes->stream() : nullptr;
    return other && *other == stream;
  });
  return found == places_.end() ? nullptr : &*found;
}

std::size_t completion_queue::find_free_place() {
  const auto found =
      std::find_if(places_.begin(), places_.end(), [](const place& one) { return !one.completes; });
  if (found != places_.end()) return static_cast<std::size_t>(found - places_.begin());
  places_.emplace_back();
  return places_.size() - 1;
}

}  // namespace acta::internal
