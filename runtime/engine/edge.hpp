// The edge: where a call becomes a request. It checks what can be checked without the aggregate,
// encodes the command once (for its hash and its size), takes a credit, and sends the ticket on its
// way. Refuses at once rather than queue.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "actors/ports/codec.hpp"
#include "actors/ports/random.hpp"
#include "actors/protocol/caf_shell.hpp"
#include "runtime/call.hpp"
#include "runtime/options.hpp"

namespace acta::internal {

/// Where the actors of the moment are found: a restarted one takes its predecessor's place. Any
/// thread.
class directory {
public:
  explicit directory(std::size_t shards) : shards_(shards), caches_(shards) {}
  void set_metrics(caf::actor metrics);
  void set_journal(caf::actor journal);
  void set_shard(std::size_t index, caf::actor shard);
  void set_cache(std::size_t index, caf::actor cache);
  /// All shards and caches are being started again.
  void forget_shards();
  [[nodiscard]] caf::actor metrics_actor() const;
  [[nodiscard]] caf::actor journal_actor() const;
  [[nodiscard]] caf::actor shard(std::size_t index) const;
  [[nodiscard]] caf::actor cache(std::size_t index) const;
  /// Waits until every shard, and its cache, has been there once, or `failed` is set.
  void wait_for_shards(const std::atomic<bool>& failed) const;

private:
  mutable std::shared_mutex mutex_;
  mutable std::condition_variable_any changed_;
  caf::actor metrics_;
  caf::actor journal_;
  std::vector<caf::actor> shards_;
  std::vector<caf::actor> caches_;
};

/// What the edge works with; all of it outlives it.
struct edge_environment {
  const codec* bytes_codec;
  const clock* time;
  random_source* chance;
  observer* watcher;
  const journal* adapter;
  users_code* users;
  const std::atomic<bool>* failed;  ///< Set when the actors gave up: nothing is served any more.
  completions* exit = nullptr;
};

/// Any thread.
class edge {
public:
  edge(const options& how, std::size_t shards, edge_environment with, const directory& actors);

  /// Asks the aggregate `id`: its command `index`, or, with none, for its view. Fails if the
  /// request is not admitted: then `done` is never called. `at_once`: see request::answer_at_once.
  [[nodiscard]] result<void> submit(const aggregate_type& type, std::string_view id,
                                    std::optional<std::size_t> index, any_value command,
                                    call_options how, answered done, bool at_once = false);
  /// Counts a request that was refused before it came here.
  void count_refused(const aggregate_type& type, std::optional<std::size_t> index, errc why) const;
  /// From now on everything is refused with `shutting_down`.
  void close() { closed_ = true; }
  [[nodiscard]] bool closed() const { return closed_; }
  /// Answers what is still outstanding, loads of the caches too, with `shutting_down`.
  void abandon();

  [[nodiscard]] const std::shared_ptr<admission>& gate(std::size_t shard) const {
    return gates_[shard];
  }
  /// The credits of the loads of a shard's cache.
  [[nodiscard]] const std::shared_ptr<admission>& load_gate(std::size_t shard) const {
    return load_gates_[shard];
  }
  [[nodiscard]] admission_counts counts() const;
  /// The newest dead letters of each shard, the oldest first.
  [[nodiscard]] std::vector<dead_letter> dead_letters() const;
  [[nodiscard]] admission_counts load_counts() const;
  [[nodiscard]] std::size_t shard_of(const stream_id& stream) const;

private:
  result<request> prepare(const aggregate_type& type, std::string_view id,
                          std::optional<std::size_t> index, any_value command,
                          call_options&& how) const;
  [[nodiscard]] bool goes_to_cache(const request& asked, const freshness& wanted) const;
  /// What is kept of a call's trace context; the rest is dropped and counted.
  [[nodiscard]] std::string trace_of(const call_options& how) const;
  [[nodiscard]] error reject(const aggregate_type& type, std::optional<std::size_t> index,
                             error why) const;
  [[nodiscard]] std::string random_command_id() const;

  std::chrono::milliseconds default_deadline_;
  edge_environment with_;
  const directory* actors_;
  bool keeps_views_;
  std::vector<std::shared_ptr<admission>> gates_;
  std::vector<std::shared_ptr<admission>> load_gates_;
  std::atomic<bool> closed_{false};
};

}  // namespace acta::internal
