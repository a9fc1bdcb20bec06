#include "actors/aggregate/command_window.hpp"

namespace acta {

const command_window::remembered* command_window::find(const std::string& command_id) const {
  const auto found = by_id_.find(command_id);
  return found == by_id_.end() ? nullptr : &found->second;
}

void command_window::add(const std::string& command_id, std::uint64_t hash, version at) {
  if (newest_ && newest_->first == command_id && newest_->second.last.next() == at) {
    newest_->second.last = at;
    ++newest_->second.events;
    return;
  }
  if (capacity_ && ring_.size() == *capacity_) {
    complete_ = false;
    by_id_.erase(ring_[oldest_]->first);
  }
  // An id that was forgotten may come again, and is then a new command.
  newest_ = &*by_id_.insert_or_assign(command_id, remembered{hash, at, 1}).first;
  if (!capacity_ || ring_.size() < *capacity_) {
    ring_.push_back(newest_);
  } else {
    ring_[oldest_] = newest_;
    oldest_ = (oldest_ + 1) % ring_.size();
  }
}

}  // namespace acta
