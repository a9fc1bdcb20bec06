#include "actors/aggregate/command_trail.hpp"

#include "actors/base/open_addressing.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t least_places = 64;

std::size_t larger(std::size_t places) { return places == 0 ? least_places : 2 * places; }

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

std::size_t command_trail::room() const {
  if (!budget_) return 0;
  auto places = ring_.size();
  for (auto left = budget_->left();;) {
    const auto more = larger(places);
    const auto cost = (more - places) * bytes_each;
    if (more > most_places || cost > left) return places - size_;
    left -= cost;
    places = more;
  }
}

bool command_trail::add_newest(passed_command command) {
  if (!grow_if_full()) return false;
  const auto index = (first_ + size_++) & (ring_.size() - 1);
  ring_[index] = command;
  put(static_cast<std::uint32_t>(index));
  return true;
}

bool command_trail::add_oldest(passed_command command) {
  if (!grow_if_full()) return false;
  first_ = (first_ + ring_.size() - 1) & (ring_.size() - 1);
  ++size_;
  ring_[first_] = command;
  put(static_cast<std::uint32_t>(first_));
  return true;
}

void command_trail::drop_oldest() {
  auto at = ring_[first_].id_hash & (table_.size() - 1);
  while (table_[at].index != first_) at = next(at);
  const auto gap = close_gap(
      table_, at, [](const place& one) { return one.index != free; },
      [this](const place& one) { return ring_[one.index].id_hash; });
  table_[gap] = {};
  first_ = (first_ + 1) & (ring_.size() - 1);
  --size_;
}

void command_trail::shrink() {
  if (size_ == 0)
    resize(0);
  else if (ring_.size() > least_places && size_ <= ring_.size() / 8)
    resize(ring_.size() / 4);
}

void command_trail::clear() {
  size_ = 0;
  resize(0);
}

std::optional<version> command_trail::find(std::uint64_t id_hash, version after) const {
  std::optional<version> found;
  if (size_ == 0) return found;
  for (auto at = id_hash & (table_.size() - 1); table_[at].index != free; at = next(at)) {
    if (table_[at].tag != tag_of(id_hash)) continue;
    const auto& one = ring_[table_[at].index];
    if (one.id_hash == id_hash && one.last > after && (!found || one.last < *found))
      found = one.last;
  }
  return found;
}

bool command_trail::grow_if_full() {
  if (size_ < ring_.size()) return true;
  return resize(larger(ring_.size()));
}

bool command_trail::resize(std::size_t places) {
  if (!budget_ || places > most_places) return false;
  if (places > ring_.size() && !budget_->take((places - ring_.size()) * bytes_each)) return false;
  if (places < ring_.size()) budget_->give_back((ring_.size() - places) * bytes_each);
  std::vector<passed_command> commands(places);
  for (std::size_t i = 0; i < size_; ++i) commands[i] = ring_[(first_ + i) & (ring_.size() - 1)];
  ring_ = std::move(commands);
  first_ = 0;
  table_ = std::vector<place>(2 * places);
  for (std::size_t i = 0; i < size_; ++i) put(static_cast<std::uint32_t>(i));
  return true;
}

void command_trail::put(std::uint32_t index) {
  const auto hash = ring_[index].id_hash;
  auto at = hash & (table_.size() - 1);
  while (table_[at].index != free) at = next(at);
  table_[at] = {index, tag_of(hash)};
}

}  // namespace acta::internal
