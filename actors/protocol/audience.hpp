// Who listens to commits. A cache that holds views must hear of every commit to their streams; but
// writers must not pay for caches that nobody reads from. So each cache says here whether it
// listens, and the journal actor looks before it remembers what a batch is about.
//
// Why no commit can be missed, although nothing is locked and no order is asked of the atomics. A
// cache says that it listens before its first load leaves. The load goes, from mailbox to mailbox,
// to the shard, the aggregate, and the journal actor's lane; each hop happens before the next, so
// the journal actor, once it has the load, sees that the cache listens. The aggregate took the
// load's view at some version v. What it decides afterwards, v + 1 and on, it sends after the load;
// and its successor, if it dies, is started after that. So the journal actor looks for listeners,
// on behalf of any commit newer than v, only when it has the load. Commits up to v are in the view.
//
// A cache stops listening only while it holds nothing and waits for nothing, or at its end; what it
// then misses, its next load sees. Those of one place are counted, since a cache may still end
// while its successor listens already.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <vector>

namespace acta::internal {

/// Any thread. Outlives the caches and the journal actor.
class audience {
public:
  explicit audience(std::size_t caches) : listening_(caches) {}

  /// Each cache begins and ends in turn.
  void begin(std::size_t cache) { listening_[cache].fetch_add(1, std::memory_order_relaxed); }
  void end(std::size_t cache) { listening_[cache].fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] bool listens(std::size_t cache) const {
    return listening_[cache].load(std::memory_order_relaxed) > 0;
  }
  [[nodiscard]] bool anybody() const {
    return std::any_of(listening_.begin(), listening_.end(),
                       [](const auto& one) { return one.load(std::memory_order_relaxed) > 0; });
  }

private:
  std::vector<std::atomic<int>> listening_;
};

}  // namespace acta::internal
