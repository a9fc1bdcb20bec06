// What a node counts outside its metrics actor, under the names that its series have: nothing else
// of a node knows a name.
#pragma once

#include "actors/ports/clock.hpp"
#include "actors/ports/journal.hpp"
#include "actors/protocol/metrics_snapshot.hpp"

namespace acta::internal {

class engine;
struct otlp_counts;

/// Appends to `all`, which the metrics actor made: requests and loads by the conservation law, what
/// is remembered of older commands, what lives in memory, subscriptions, and how the journal is,
/// whose events are in `partition`. Any thread.
void add_node_metrics(metrics_snapshot& all, const engine& from, const journal& adapter,
                      partition_id partition, const clock& time);
/// Appends how far the embedded journal's index is behind.
void add_index_metrics(metrics_snapshot& all, std::uint64_t unindexed,
                       std::chrono::nanoseconds waited);
/// Appends how many threads callbacks run on, and how many were ever added because callbacks held
/// up all of them.
void add_callback_metrics(metrics_snapshot& all, std::size_t threads, std::uint64_t added);
/// Appends what became of the spans that were to be exported.
void add_trace_metrics(metrics_snapshot& all, const otlp_counts& spans);

}  // namespace acta::internal
