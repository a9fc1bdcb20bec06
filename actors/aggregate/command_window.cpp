#include "actors/aggregate/command_window.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "actors/base/open_addressing.hpp"

namespace acta::internal {

namespace {

std::uint32_t hash_of(std::string_view id) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(id));
}

}  // namespace

std::size_t command_window::find_place(std::string_view command_id, std::uint32_t hash) const {
  auto at = hash & (table_.size() - 1);
  for (; table_[at].index != empty; at = next(at))
    if (table_[at].hash == hash && ring_[table_[at].index].id.view() == command_id) break;
  return at;
}

const command_window::remembered* command_window::find(std::string_view command_id) const {
  if (table_.empty()) return nullptr;
  __builtin_prefetch(&ring_.back());  // the id is seldom there, and add() comes next
  const auto found = table_[find_place(command_id, hash_of(command_id))].index;
  return found == empty ? nullptr : &ring_[found];
}

std::optional<command_window::remembered> command_window::add(std::string_view command_id,
                                                              std::uint64_t hash, version at) {
  if (!ring_.empty()) {
    auto& newest = ring_[(oldest_ + ring_.size() - 1) % ring_.size()];
    if (newest.id.view() == command_id && newest.last.next() == at) {
      newest.last = at;
      ++newest.events;
      return std::nullopt;
    }
  }
  return remember({id_text{command_id}, hash, at, 1});
}

std::optional<command_window::remembered> command_window::remember(remembered command) {
  std::optional<remembered> forgotten;
  auto index = static_cast<std::uint32_t>(ring_.size());
  if (ring_.size() >= capacity_) {
    complete_ = false;
    index = static_cast<std::uint32_t>(oldest_);
    forget(index);
    forgotten = std::exchange(ring_[oldest_], std::move(command));
    oldest_ = (oldest_ + 1) % ring_.size();
  } else {
    ring_.push_back(std::move(command));
    if (table_.size() < 2 * ring_.size()) grow();
  }
  put(index);
  return forgotten;
}

void command_window::put(std::uint32_t index) {
  // An id that was forgotten under a smaller window may come again: the newer one counts.
  const auto id = ring_[index].id.view();
  const auto hash = hash_of(id);
  table_[find_place(id, hash)] = {index, hash};
}

void command_window::grow() {
  const auto before =
      std::exchange(table_, std::vector<place>(std::max<std::size_t>(8, 2 * table_.size())));
  for (const auto& one : before) {
    if (one.index == empty) continue;
    auto at = one.hash & (table_.size() - 1);
    while (table_[at].index != empty) at = next(at);
    table_[at] = one;
  }
}

void command_window::forget(std::uint32_t index) {
  const auto id = ring_[index].id.view();
  const auto gap = find_place(id, hash_of(id));
  if (table_[gap].index != index) return;  // a newer one has its place
  const auto free = close_gap(
      table_, gap, [](const place& one) { return one.index != empty; },
      [](const place& one) { return one.hash; });
  table_[free] = {};
}

command_window::saved command_window::save(std::size_t most) const {
  saved made;
  const auto skipped = ring_.size() - std::min(most, ring_.size());
  made.complete = complete_ && skipped == 0;
  made.commands.reserve(ring_.size() - skipped);
  for (auto i = skipped; i < ring_.size(); ++i)
    made.commands.push_back(ring_[(oldest_ + i) % ring_.size()]);
  return made;
}

void command_window::restore(saved from) {
  for (auto& one : from.commands) remember(std::move(one));
  complete_ = complete_ && from.complete;
}

}  // namespace acta::internal
