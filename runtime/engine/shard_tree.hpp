// The part of the actor tree that serves shards:
//
//   shards (one_for_one)
//     |- shard 0 (rest_for_one)      supervises a shard's actor and its cache
//     |- shard 1
//     `- an actor in its place       for a shard that is not served here
//
// A shard that fails takes its cache along and nobody else. Each is started and stopped alone, at
// any time.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/base/budget.hpp"
#include "actors/ports/catalog.hpp"
#include "actors/protocol/audience.hpp"
#include "actors/supervisor/supervisor_actor.hpp"
#include "runtime/engine/edge.hpp"

namespace acta::internal {

/// What all shards are started with; all of it outlives the tree and its actors.
struct shard_tree_environment {
  caf::actor_system* system = nullptr;
  const options* how = nullptr;
  supervisor_policy restarts;  ///< Name and strategy are the tree's.
  const aggregate_environment* aggregates = nullptr;
  const catalog* about = nullptr;  ///< Says where each shard's streams live.
  const codec* bytes_codec = nullptr;
  users_code* users = nullptr;
  const edge* gates = nullptr;
  registry* actors = nullptr;
  audience* listeners = nullptr;
};

/// Any thread. It outlives its actors.
class shard_tree {
public:
  /// All of `shards` are served from the beginning, in this epoch.
  shard_tree(shard_tree_environment with, std::size_t shards, std::uint64_t epoch);

  /// Starts the supervisor of all shards. Called again when it has ended: those that are served
  /// then come back in their epochs.
  caf::actor start();

  /// Serves a shard in an epoch that is greater than all it had, or else fails (conflict). Nobody
  /// else serves it. One that is served already goes on in its epoch.
  result<void> start_shard(std::size_t shard, std::uint64_t epoch);
  /// Stops serving a shard: what comes waits in the registry, as does what its actors have not
  /// begun with; what they have begun is answered, all of its lanes run dry, and then they end.
  /// `stopped` is called when they have, on one of the tree's threads or here; never if the tree
  /// ends before.
  void stop_shard(std::size_t shard, std::function<void()> stopped);

  /// Bytes of the views that caches keep.
  [[nodiscard]] const budget& views() const { return views_; }
  /// Aggregates in memory that were not told to stop.
  [[nodiscard]] const budget& live_aggregates() const { return live_aggregates_; }
  /// What the states of these weigh.
  [[nodiscard]] const budget& live_bytes() const { return live_bytes_; }

private:
  /// One shard, whether it is served or not.
  struct place {
    std::string name;  ///< Of its cache.
    std::uint64_t epoch = 0;
    /// Counts the aggregates that were started in the epoch.
    std::shared_ptr<std::uint64_t> started;
    bool wanted = true;
    bool served = false;
    caf::actor child;  ///< Supervises its actors, or is in their place.
    std::vector<std::function<void()>> waiting_for_end;
  };

  caf::actor start_child(std::size_t index);
  caf::actor start_actors_of(std::size_t index);
  caf::actor start_in_place_of(std::size_t index);
  void has_left(std::size_t index);
  std::function<void(ticket_ptr)> give_back(std::size_t index, duty what);
  caf::actor start_shard_actor(std::size_t index);
  caf::actor start_cache(std::size_t index);
  caf::actor start_supervisor(supervisor_policy policy, std::vector<child_specification> children);

  shard_tree_environment with_;
  budget views_;
  budget live_aggregates_;
  budget live_bytes_;
  std::mutex mutex_;  // of the places
  std::vector<place> places_;
};

}  // namespace acta::internal
