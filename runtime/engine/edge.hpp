// The edge: where a call becomes a request. It checks what can be checked without the aggregate,
// encodes the command once (for its hash and its size), takes a credit, and sends the ticket on its
// way. Refuses at once rather than queue.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "actors/ports/codec.hpp"
#include "actors/ports/random.hpp"
#include "runtime/call.hpp"
#include "runtime/engine/registry.hpp"
#include "runtime/options.hpp"

namespace acta::internal {

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
  const tracing* traces = nullptr;  ///< Null: nobody takes spans.
};

/// Any thread.
class edge {
public:
  edge(const options& how, std::size_t shards, edge_environment with,
       std::shared_ptr<registry> actors);

  /// Asks the aggregate `id`: its command `index`, or, with none, for its view. Fails if the
  /// request is not admitted: then `done` is never called. `by`: on whose threads it is called.
  [[nodiscard]] result<void> submit(const aggregate_type& type, std::string_view id,
                                    std::optional<std::size_t> index, any_value command,
                                    call_options how, answered done,
                                    answer_exit by = answer_exit::callbacks);
  /// Counts a request that was refused before it came here.
  void count_refused(const aggregate_type& type, std::optional<std::size_t> index, errc why) const;
  /// Counts what of a caller's trace context is not valid, and so is dropped.
  void count_dropped(std::string_view traceparent, std::string_view tracestate) const;
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
  /// The trace of a call, if it has one.
  struct trace_start {
    std::unique_ptr<request_trace> trace;
    bool never_shown = false;  ///< Its caller's trace is not sampled.
  };
  [[nodiscard]] trace_start begin_trace(const call_options& how) const;
  /// Shows a call that was not admitted.
  void trace_refused(const aggregate_type& type, std::string_view id,
                     std::optional<std::size_t> index, const error& why,
                     const trace_start& of) const;
  result<request> prepare(const aggregate_type& type, std::string_view id,
                          std::optional<std::size_t> index, any_value command, call_options&& how,
                          const request_trace* trace) const;
  [[nodiscard]] bool goes_to_cache(const request& asked, const freshness& wanted) const;
  /// Why a request got no credit.
  [[nodiscard]] error no_credit(const request& asked, const admission& gate) const;
  /// What is kept of a call's trace context: of one that is sampled, the span that decides on it
  /// instead of its caller's.
  [[nodiscard]] static std::string trace_of(const call_options& how, const request_trace* trace);
  [[nodiscard]] error reject(const aggregate_type& type, std::optional<std::size_t> index,
                             error why) const;

  std::chrono::milliseconds default_deadline_;
  edge_environment with_;
  std::shared_ptr<registry> actors_;
  bool keeps_views_;
  std::vector<std::shared_ptr<admission>> gates_;
  std::vector<std::shared_ptr<admission>> load_gates_;
  std::atomic<bool> closed_{false};
};

}  // namespace acta::internal
