// Which aggregates of a shard live, and where each request goes. Requests start aggregates on
// demand. Aggregates are temporary children: their deaths never escalate, and the next request
// starts a successor; one that keeps dying is set aside (parking.hpp). Those that nobody asks leave
// memory (idle_clock.hpp). No CAF behaviour, no thread, no I/O: the shard's actor acts on its
// behalf.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/base/budget.hpp"
#include "actors/ports/random.hpp"
#include "actors/protocol/admission.hpp"
#include "actors/protocol/messages.hpp"
#include "actors/protocol/stream_table.hpp"
#include "actors/shard/idle_clock.hpp"
#include "actors/shard/parking.hpp"

namespace acta::internal {

/// What an aggregate counts at least of the node's bytes: also while it recovers, when nobody knows
/// what it weighs.
constexpr std::uint32_t least_weight = 4 * 1024;

/// How long aggregates stay.
struct residence_policy {
  std::chrono::milliseconds idle_after{300'000};     ///< Then they are asked to leave.
  std::chrono::milliseconds evictable_after{1'000};  ///< Then they may have to, for others.
};

struct shard_environment {
  std::shared_ptr<admission> gate;
  random_source* chance = nullptr;  ///< Outlives the shard.
  std::uint64_t epoch = 0;
  /// Counts the aggregates started over all lives of this shard. With the shard's index it makes
  /// incarnations that come only once in an epoch and grow within a stream.
  std::shared_ptr<std::uint64_t> started;
  std::uint64_t shard_index = 0;
  std::uint64_t shard_count = 1;
  std::chrono::milliseconds deadline_tick{50};
  residence_policy residence;
  /// Aggregates in memory and the bytes they weigh, of all shards; both outlive the shard.
  budget* live = nullptr;
  budget* live_bytes = nullptr;
  parking_policy parking;
};

/// The actors of a shard's aggregates. A handle is what start() returned.
class aggregate_actors {
public:
  virtual ~aggregate_actors() = default;
  virtual caf::actor start(const aggregate_type& type, const stream_id& stream,
                           writer_id writer) = 0;
  virtual void hand_on(const caf::actor& to, ticket_ptr asked) = 0;
  /// Nothing is handed on to it after this.
  virtual void stop(const caf::actor& which) = 0;
  /// Leaves a request to whoever serves the shard next.
  virtual void give_back(ticket_ptr asked) = 0;
  /// None lives any more, after leave().
  virtual void all_stopped() = 0;
};

class shard_state {
public:
  shard_state(shard_environment with, aggregate_actors& actors)
      : with_{std::move(with)},
        actors_{&actors},
        parking_{with_.parking},
        live_{*with_.live},
        bytes_{*with_.live_bytes} {}

  /// Hands a request to its aggregate, or answers it: what it asks is set aside, or there is no
  /// room.
  void route(ticket_ptr asked);
  /// An aggregate said that it is stopping. `writer` names it, here and below.
  void stopping(writer_id writer);
  /// A request came to an aggregate that was stopping; its successor gets it.
  void take_back(writer_id writer, ticket_ptr asked);
  /// Takes note that an aggregate stopped, and of `why` if it failed. Routes the requests that
  /// waited for it anew, the oldest first.
  void stopped(writer_id writer, const std::optional<aggregate_failure>& why);
  /// An aggregate's state weighs so many bytes now.
  void weighs(writer_id writer, std::uint64_t bytes);
  /// A read failed, and its aggregate goes on.
  void read_has_failed(const read_failed& told);
  /// Stops all aggregates when what they have begun is answered, and gives back what they have not
  /// begun with, and what comes now.
  void leave();
  /// Answers the requests whose deadline has passed, and forgets what is not set aside any more. To
  /// be called each `deadline_tick` while may_be_late().
  void answer_what_is_late();
  [[nodiscard]] bool may_be_late() const {
    // What comes while it leaves waits in the registry.
    return leaving_ || with_.gate->anything_outstanding() || !parking_.empty();
  }
  /// Stops idle aggregates while all of them together weigh more than they may. To be called as
  /// answer_what_is_late() is: only while requests are outstanding does anything grow.
  void lose_weight();
  /// Stops some of the aggregates that nobody asked for long, and loses weight. To be called each
  /// looks_for_idle_every() unless empty().
  void passivate_idle();
  [[nodiscard]] std::chrono::milliseconds looks_for_idle_every() const;
  [[nodiscard]] bool empty() const { return children_.size() == 0; }

  [[nodiscard]] std::vector<parked> list_parked() const {
    return parking_.list(time().now(), time().wall());
  }
  template <class Visit>
  void for_each_actor(Visit visit) const {
    children_.for_each([&](const auto& one) { visit(one.value.actor); });
  }

private:
  struct child : resident {
    caf::actor actor;
    const aggregate_type* type = nullptr;
    const stream_id* stream = nullptr;  // in children_
    std::uint64_t weight = least_weight;
    bool stopping = false;
    std::vector<ticket_ptr> returned;  // by it, and older than
    std::vector<ticket_ptr> waiting;   // until it has stopped
  };
  using time_point = std::chrono::steady_clock::time_point;

  void hand_on(child& to, ticket_ptr asked);
  /// Null, and the ticket answered: there is no room.
  child* find_or_start(const ticket_ptr& asked, time_point now);
  /// Takes room for one more, of others that are idle if there is none left.
  [[nodiscard]] bool make_room(time_point now);
  [[nodiscard]] bool take_room();
  /// False: none of its own is idle.
  bool evict_idle(time_point now);
  child& start(const request& asked);
  [[nodiscard]] child* find(writer_id writer) const;
  void give_back(ticket_ptr asked);
  void passivate(child& one);
  void stop(child& one);
  /// From now on it counts no more.
  void release(child& one);
  void observe_parked(std::string_view type, set_aside aside) const;
  [[nodiscard]] const clock& time() const { return with_.gate->time(); }

  shard_environment with_;
  aggregate_actors* actors_;
  stream_table<child> children_;
  std::unordered_map<std::uint64_t, child*> by_incarnation_;
  idle_clock idle_;
  parking parking_;
  share live_;   // those that were not told to stop
  share bytes_;  // which these weigh
  bool leaving_ = false;
};

}  // namespace acta::internal
