// What happened, said by the code that did it. Only the metrics actor knows names and series.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace acta {

/// The kinds of things that are worth counting.
enum class happening : std::uint8_t {
  command_finished,      ///< subject: aggregate type, name: command, outcome, duration if admitted
  query_finished,        ///< subject: aggregate type, outcome, duration if admitted
  load_finished,         ///< subject: aggregate type, outcome, duration; a cache asked for a view
  batch_committed,       ///< outcome, duration of write and sync, amount: events that were stored
  aggregate_recovered,   ///< subject: aggregate type, duration, amount: events replayed
  aggregate_stopped,     ///< subject: aggregate type, outcome: why
  child_started,         ///< subject: the child
  child_restarted,       ///< subject: the child, outcome: why the one before ended
  supervisor_escalated,  ///< subject: the supervisor
  ticket_dropped,        ///< subject: aggregate type, name: command or "query"; a dead letter
  aggregate_passivated,  ///< subject: aggregate type
  aggregate_parked,      ///< subject: aggregate type, outcome: what was set aside
  snapshot_taken,        ///< subject: aggregate type, outcome
  snapshot_ignored,      ///< subject: aggregate type, outcome: why it was of no use
  subscription_ended,    ///< outcome: why; not those that were cancelled
  cache_hit,             ///< subject: the cache
  cache_miss,            ///< subject: the cache
  cache_miss_joined,     ///< subject: the cache; a miss for which a load was under way already
  cache_late_fill,       ///< subject: the cache; discarded
  cache_eviction,        ///< subject: the cache
  cache_bytes,           ///< subject: the cache, amount: what it holds now
  trace_dropped,         ///< name: the header; it was not valid, and its request went on
  request_handled,       ///< subject: the way in, name: the route, outcome: the status, duration
  connection_refused,    ///< subject: the way in, outcome: why
  connection_lost,       ///< subject: the way in; its broker is away
  way_in_connected,      ///< subject: the way in, amount: 1 if whom it depends on is there, else 0
  callback_threw,        ///< subject: aggregate type, name: command or "query"; a caller's bug
};

/// One thing that happened. The texts outlive the node (names of types, literals).
struct observation {
  happening what;
  std::string_view subject = {};
  std::string_view name = {};
  std::string_view outcome = {};
  std::chrono::nanoseconds duration{-1};  ///< Below 0: there is none.
  std::uint64_t amount = 1;
};

}  // namespace acta
