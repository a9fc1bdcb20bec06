// The composition of the actors: builds the parts, hands them to each other, starts and ends them
// in order. It is given its actor system and its ports, so that tests run it on CAF's deterministic
// scheduler, with a journal whose sync they hold; a node gives it the real ones.
#pragma once

#include <mutex>

#include "actors/base/permits.hpp"
#include "actors/journal/subscription_actor.hpp"
#include "actors/metrics/metrics_actor.hpp"
#include "actors/ports/catalog.hpp"
#include "actors/ports/handler_threads.hpp"
#include "actors/ports/tracer.hpp"
#include "runtime/engine/shard_tree.hpp"

namespace acta::internal {

/// What an engine runs on; all of it outlives the engine.
struct engine_ports {
  internal::journal* journal;
  const internal::catalog* catalog;  ///< Of the same journal.
  internal::codec* codec;
  internal::clock* clock;
  random_source* random;
  /// Where calls into users' code are listed while they are under way.
  std::shared_ptr<users_code> users = std::make_shared<users_code>();
  /// Where answers leave; null: whoever answers calls back, which must not block then.
  completions* exit = nullptr;
  /// Where handlers of subscriptions run. Null: for an engine without subscriptions.
  handler_threads* handlers = nullptr;
  /// Where spans go. Null: nothing is traced.
  internal::tracer* tracer = nullptr;
};

/// What the journal says of this start.
struct engine_identity {
  std::size_t shards = 16;
  std::uint64_t epoch = 1;  ///< In which every shard begins: greater than all that any had.
};

/// Makes our messages known to CAF. To be called before an actor system is made; more than once is
/// fine.
void register_messages();

class engine {
public:
  engine(caf::actor_system& system, const options& how, engine_ports ports,
         engine_identity identity);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  /// end() has been called, or nothing was ever sent.
  ~engine() = default;

  [[nodiscard]] edge& entrance() { return edge_; }
  [[nodiscard]] const edge& entrance() const { return edge_; }
  void metrics(std::function<void(metrics_snapshot)> done, answer_exit by = answer_exit::callbacks);
  /// For what happens around the engine.
  void observe(const observation& seen) { feed_.observe(seen); }
  /// For a way in, when a request comes: the span that it is going to make of it, if the request is
  /// sampled. `caller`: the span that the request names, if it names one. Any thread.
  [[nodiscard]] begun_trace begin_trace(const span_context& caller) const;
  /// The same for a request that was not sampled, when it has ended: not valid, if the tracer has
  /// no use for it. It has no times.
  [[nodiscard]] begun_trace begin_unsampled(bool our_fault, std::chrono::nanoseconds took) const;
  /// Takes a span of a way in. One without an id gets one.
  void take_span(span&& ended) const;
  /// Null: nothing is traced.
  [[nodiscard]] const tracing* traces() const { return ports_.tracer ? &tracing_ : nullptr; }
  /// What is set aside, over all shards. Every question is answered.
  void parked_now(std::function<void(std::vector<parked>)> done,
                  answer_exit by = answer_exit::callbacks);
  /// Passes on events until `to` is cancelled. If that cannot begin, `to` is told why before this
  /// returns: (shutting_down) after end(), (overloaded) beyond most_subscriptions, or if there is
  /// no thread for its handlers.
  void subscribe(position from, std::shared_ptr<subscriber> to);
  /// Tells `to` why it cannot begin, and counts it.
  void refuse(subscriber& to, const error& why);
  static constexpr std::size_t most_subscriptions = 64;
  struct subscription_counts {
    std::size_t active = 0;
    std::uint64_t most_behind = 0;  ///< Durable events that the slowest has not handled.
  };
  [[nodiscard]] subscription_counts subscriptions() const;
  /// What is remembered of commands older than each aggregate's window.
  [[nodiscard]] const command_budget& older_commands() const { return older_commands_; }
  /// Serves the shards, and has the budgets that they share.
  [[nodiscard]] const shard_tree& shards() const { return shards_; }
  /// Of pages that events() reads, until their callbacks begin.
  [[nodiscard]] permits& event_pages() { return event_pages_; }
  [[nodiscard]] const permits& event_pages() const { return event_pages_; }
  /// Where the actors of the moment are.
  [[nodiscard]] registry& actors() { return *actors_; }

  /// Starts and stops one shard, at any time: see shard_tree.
  result<void> start_shard(std::size_t shard, std::uint64_t epoch) {
    return shards_.start_shard(shard, epoch);
  }
  void stop_shard(std::size_t shard, std::function<void()> stopped) {
    shards_.stop_shard(shard, std::move(stopped));
  }

  /// Waits until every shard takes requests, or the tree gave up. Not under a deterministic
  /// scheduler: run that instead.
  void wait_until_started() const { actors_->wait_for_shards(life_->failed); }
  /// Whether the tree gave up: a part failed too often, and nothing can be served. `options.tell`
  /// has heard why, as `node_failed`.
  [[nodiscard]] bool failed() const { return life_->failed; }
  /// The calls into users' code that are under way.
  [[nodiscard]] const users_code& users() const { return *ports_.users; }
  /// Has a callback called where answers leave.
  void call_back(const callback_name& about, std::function<void()> callback,
                 answer_exit by = answer_exit::callbacks);
  /// Whether all that was admitted is answered. To be asked again, after entrance().close(), until
  /// it is or time is up: when only reads are left it lets go of those that wait for a version,
  /// which nothing can bring any more.
  [[nodiscard]] bool drained();
  /// Tells every actor to end: caches, shards, journal, metrics, in that order. What they hold is
  /// answered.
  void end();
  /// The actor at the root, which ends last.
  [[nodiscard]] const caf::actor& root() const { return root_; }

private:
  caf::actor start_journal();
  void announce(std::vector<commit> what);
  result<void> start_subscription(position from, const std::shared_ptr<subscriber>& to);
  caf::actor start_metrics();
  caf::actor start_data();
  [[nodiscard]] supervisor_policy restarts();
  caf::actor start_supervisor(std::string_view name, restart_strategy strategy,
                              std::vector<child_specification> children);

  caf::actor_system* system_;
  options how_;
  engine_ports ports_;
  std::size_t shard_count_;
  /// Begins by chance. Without a lock, since most requests draw from it in vain.
  split_mix trace_ids_;
  tracing tracing_;
  metrics_feed feed_;
  command_budget older_commands_;
  permits searches_;
  permits event_pages_;
  /// Shared with what the root leaves behind, which may run after our end.
  struct life {
    std::atomic<bool> ending{false};
    std::atomic<bool> failed{false};
  };
  std::shared_ptr<life> life_ = std::make_shared<life>();
  aggregate_environment aggregates_;
  std::shared_ptr<registry> actors_;
  audience listeners_;
  edge edge_;
  shard_tree shards_;
  mutable std::mutex mutex_;  // of the subscriptions
  bool ended_ = false;
  std::vector<std::pair<std::shared_ptr<subscriber>, caf::actor>> subscriptions_;
  caf::actor root_;
};

}  // namespace acta::internal
