// Routes requests to its aggregates, starting them on demand, and supervises them. Aggregates are
// temporary children: their deaths never escalate, and the next request starts a successor; one
// that keeps dying is set aside (parking.hpp). Those that nobody asks leave memory
// (idle_clock.hpp).
#pragma once

#include <functional>
#include <unordered_map>

#include "actors/ports/random.hpp"
#include "actors/protocol/caf_shell.hpp"
#include "actors/protocol/stream_table.hpp"
#include "actors/shard/idle_clock.hpp"
#include "actors/shard/parking.hpp"

namespace acta::internal {

/// How long aggregates stay, and how many.
struct residence_policy {
  std::size_t most = 16'384;                         ///< Live aggregates of one shard.
  std::chrono::milliseconds idle_after{300'000};     ///< Then they are asked to leave.
  std::chrono::milliseconds evictable_after{1'000};  ///< Then they may have to, for others.
};

/// What a shard actor is started with.
struct shard_parameters {
  /// Starts an aggregate: injected, since siblings do not know each other.
  std::function<caf::actor(const aggregate_type&, const stream_id&, writer_id, caf::actor shard)>
      start_aggregate;
  std::shared_ptr<admission> gate;
  caf::actor journal;
  random_source* chance = nullptr;  ///< Outlives the actor.
  std::uint64_t epoch = 0;
  /// Counts the aggregates started over all lives of this shard. With the shard's index it makes
  /// incarnations that come only once in an epoch and grow within a stream.
  std::shared_ptr<std::uint64_t> started;
  std::uint64_t shard_index = 0;
  std::uint64_t shard_count = 1;
  std::chrono::milliseconds deadline_tick{50};
  residence_policy residence;
  parking_policy parking;
};

class shard_shell {
public:
  shard_shell(shell::self_ptr self, shard_parameters with);
  ~shard_shell();
  caf::behavior make_behavior();

private:
  struct child : resident {
    caf::actor actor;
    const aggregate_type* type = nullptr;
    const stream_id* stream = nullptr;  // in children_
    writer_id writer;
    bool leaving = false;
    std::vector<ticket_ptr> returned;  // by it, and older than
    std::vector<ticket_ptr> waiting;   // until it has left
  };
  using time_point = std::chrono::steady_clock::time_point;

  void look_around();
  void route(ticket_ptr asked);
  void hand_on(child& to, ticket_ptr asked);
  /// Null, and the ticket answered: there is no room.
  child* find_or_start(const ticket_ptr& asked, time_point now);
  [[nodiscard]] bool make_room(time_point now);
  child& start(const request& asked);
  void passivate(child& one);
  /// Sends it nothing after this.
  void let_go(child& one);
  void take_back(handed_back& what);
  void child_ended(const caf::down_msg& ended);
  void child_failed(const child& one, const caf::error& reason);
  void read_has_failed(const read_failed& told);
  void observe_parked(std::string_view type, set_aside aside) const;
  void show_parked(const list_parked& asked) const;
  [[nodiscard]] const clock& time() const { return with_.gate->time(); }

  shell::self_ptr self_;
  shard_parameters with_;
  stream_table<child> children_;
  std::unordered_map<caf::actor_id, child*> by_actor_;
  idle_clock idle_;
  parking parking_;
};

}  // namespace acta::internal
