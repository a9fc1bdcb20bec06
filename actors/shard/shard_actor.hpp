// Routes requests to its aggregates, starting them on demand, and supervises them. Aggregates are
// temporary children: their deaths never escalate, and the next request starts a successor.
#pragma once

#include <functional>
#include <unordered_map>

#include "actors/protocol/caf_shell.hpp"

namespace acta {

/// What a shard actor is started with.
struct shard_parameters {
  /// Starts an aggregate: injected, since siblings do not know each other.
  std::function<caf::actor(const aggregate_type&, const stream_id&, writer_id)> start_aggregate;
  std::shared_ptr<admission> gate;
  std::uint64_t epoch = 0;
  /// Counts the aggregates started over all lives of this shard. With the shard's index it makes
  /// incarnations that come only once in an epoch and grow within a stream.
  std::shared_ptr<std::uint64_t> started;
  std::uint64_t shard_index = 0;
  std::uint64_t shard_count = 1;
  std::chrono::milliseconds deadline_tick{50};
};

class shard_shell {
public:
  shard_shell(shell::self_ptr self, shard_parameters with);
  ~shard_shell();
  caf::behavior make_behavior();

private:
  struct child {
    caf::actor actor;
    const aggregate_type* type;
  };
  void route(admitted& asked);
  child& find_or_start(const request& asked);
  void forget(const caf::down_msg& ended);

  shell::self_ptr self_;
  shard_parameters with_;
  std::unordered_map<stream_id, child> children_;
  std::unordered_map<caf::actor_id, stream_id> streams_;
};

}  // namespace acta
