// The actor of a shard: starts the actors of its aggregates and supervises them, as its state says.
#pragma once

#include <functional>
#include <unordered_map>

#include "actors/protocol/caf_shell.hpp"
#include "actors/shard/shard_state.hpp"

namespace acta::internal {

/// What a shard actor is started with.
struct shard_parameters {
  /// Starts an aggregate: injected, since siblings do not know each other.
  std::function<caf::actor(const aggregate_type&, const stream_id&, writer_id, caf::actor shard)>
      start_aggregate;
  shard_environment shared;
  /// Takes what is left to whoever serves the shard next.
  std::function<void(ticket_ptr)> give_back;
  /// Told once that this shard, which was told to stop, holds nothing any more.
  std::function<void()> has_left;
};

/// Told to `stop`, it goes on until what is begun is answered, and waits for its end then.
class shard_shell : private aggregate_actors {
public:
  shard_shell(shell::self_ptr self, shard_parameters with);
  shard_shell(const shard_shell&) = delete;
  shard_shell& operator=(const shard_shell&) = delete;
  ~shard_shell() override;
  caf::behavior make_behavior();

private:
  caf::actor start(const aggregate_type& type, const stream_id& stream, writer_id writer) override;
  void hand_on(const caf::actor& to, ticket_ptr asked) override;
  void stop(const caf::actor& which) override;
  void give_back(ticket_ptr asked) override { with_.give_back(std::move(asked)); }
  void all_stopped() override { with_.has_left(); }
  void child_stopped(const caf::down_msg& ended);

  shell::self_ptr self_;
  shard_parameters with_;
  shard_state state_;
  shell::ticker<tick> deadlines_;
  shell::ticker<look_for_idle> idle_;
  std::unordered_map<caf::actor_id, writer_id> writers_;
};

}  // namespace acta::internal
