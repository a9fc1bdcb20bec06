// Which contracts a batch brings into the journal: those of its events that are not there yet.
#pragma once

#include <algorithm>
#include <vector>

#include "actors/model/event_contract.hpp"
#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

/// For one batch: its contracts are written with its events, all of it or nothing.
class new_contracts {
public:
  /// Whether the batch must bring `of`, which may be null. True once for each.
  [[nodiscard]] bool add(const event_contract* of) {
    if (!of || of->stored.load(std::memory_order_relaxed)) [[likely]]
      return false;
    if (std::find(all_.begin(), all_.end(), of) != all_.end()) return false;
    all_.push_back(of);
    return !deliberate::commits("event_without_its_contract");
  }
  /// The batch is durable.
  void are_stored() {
    for (const auto* one : all_) one->stored.store(true, std::memory_order_relaxed);
    all_.clear();
  }
  /// It is not, or it is another batch from now on.
  void clear() { all_.clear(); }

private:
  std::vector<const event_contract*> all_;
};

}  // namespace acta::internal
