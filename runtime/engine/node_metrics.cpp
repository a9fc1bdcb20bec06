#include "runtime/engine/node_metrics.hpp"

#include "runtime/engine/engine.hpp"
#include "runtime/telemetry/otlp_exporter.hpp"

namespace acta::internal {

namespace {

using enum metric_family::kind;

template <class Value>
void add(metrics_snapshot& all, std::string name, std::string help, metric_family::kind kind,
         Value value) {
  metric_series one;
  one.value = static_cast<double>(value);
  all.push_back({std::move(name), std::move(help), kind, {std::move(one)}});
}

void add_law(metrics_snapshot& all, const std::string& name, const std::string& what,
             const admission_counts& counts) {
  add(all, name + "_admitted_total", what + " that got a credit.", counter, counts.admitted);
  add(all, name + "_rejected_total", what + " refused for want of credit.", counter,
      counts.rejected);
  add(all, name + "_answered_total", what + " that were admitted and answered.", counter,
      counts.answered);
  add(all, name + "_dead_lettered_total",
      what + " that were admitted and lost; their callers were told.", counter,
      counts.dead_lettered);
  add(all, name + "_outstanding", what + " that were admitted and are under way.", gauge,
      counts.outstanding);
}

}  // namespace

void add_node_metrics(metrics_snapshot& all, const engine& from, const journal& adapter,
                      partition_id partition, const clock& time) {
  const auto requests = from.entrance().counts();
  add_law(all, "acta_requests", "Requests", requests);
  add(all, "acta_requests_outstanding_bytes",
      "What the requests under way take of options.credit_bytes.", gauge,
      requests.outstanding_bytes);
  add_law(all, "acta_loads", "Loads of views by caches", from.entrance().load_counts());
  const auto& older = from.older_commands();
  const std::chrono::duration<double> reach = older.reach_at(time.now());
  add(all, "acta_deduplication_bytes", "Memory of commands that are older than their window.",
      gauge, older.used());
  add(all, "acta_deduplication_reach_seconds",
      "How long repeats of older commands are recognised; less than is set: memory is short.",
      gauge, reach.count());
  add(all, "acta_live_aggregates", "Aggregates in memory that were not told to leave it.", gauge,
      from.shards().live_aggregates().used());
  add(all, "acta_live_bytes",
      "What their states weigh in CBOR, at least 4 KiB each; see options.live_bytes.", gauge,
      from.shards().live_bytes().used());
  add(all, "acta_event_pages_rejected_total", "Reads of events refused: too many are under way.",
      counter, from.event_pages().refused());
  const auto subscriptions = from.subscriptions();
  add(all, "acta_subscriptions", "Subscriptions that have not ended.", gauge, subscriptions.active);
  add(all, "acta_subscription_lag_events",
      "Durable events the slowest subscription has not handled.", gauge, subscriptions.most_behind);
  add(all, "acta_journal_last_position", "Offset of the newest durable event.", gauge,
      adapter.last(partition).offset);
  add(all, "acta_journal_read_only", "1 when the journal takes no writes.", gauge,
      adapter.read_only_reason().empty() ? 0 : 1);
}

void add_index_metrics(metrics_snapshot& all, std::uint64_t unindexed,
                       std::chrono::nanoseconds waited) {
  add(all, "acta_journal_unindexed_events",
      "Events that the index by stream does not have yet; they take memory.", gauge, unindexed);
  add(all, "acta_journal_index_waits_seconds_total",
      "How long writes have waited for the index by stream.", counter,
      std::chrono::duration<double>{waited}.count());
}

void add_callback_metrics(metrics_snapshot& all, std::size_t threads, std::uint64_t added) {
  add(all, "acta_callback_threads", "Threads for callbacks of the program; ways in have others.",
      gauge, threads);
  add(all, "acta_callback_threads_added_total",
      "Threads that were added because callbacks held up all others.", counter, added);
}

void add_trace_metrics(metrics_snapshot& all, const otlp_counts& spans) {
  add(all, "acta_trace_spans_exported_total", "Spans that the collector took.", counter,
      spans.exported);
  metric_family dropped{"acta_trace_spans_dropped_total",
                        "Spans that never reached the collector, by the reason.",
                        counter,
                        {}};
  for (const auto& [reason, count] : {std::pair{"queue_full", spans.dropped_for_room},
                                      {"refused", spans.dropped_refused},
                                      {"rejected", spans.dropped_rejected},
                                      {"unreachable", spans.dropped_unreachable},
                                      {"ended", spans.dropped_at_end}}) {
    metric_series one;
    one.labels = {{"reason", reason}};
    one.value = static_cast<double>(count);
    dropped.series.push_back(std::move(one));
  }
  all.push_back(std::move(dropped));
  add(all, "acta_trace_spans_waiting", "Spans that wait for the collector.", gauge, spans.waiting);
  add(all, "acta_trace_export_failures_total", "Requests to the collector that did not succeed.",
      counter, spans.failed_attempts);
  add(all, "acta_trace_requests_limited_total",
      "Failed or slow requests without a span: too many in one second.", counter,
      spans.limited_requests);
}

}  // namespace acta::internal
