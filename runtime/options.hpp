// Every limit, timeout and default of a node, with its unit in its name or type. Those of HTTP are
// in delivery/http_server.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/ports/tracer.hpp"
#include "runtime/notice.hpp"

namespace acta {

/// Where a thread that runs actors finds the next one.
enum class scheduler_policy {
  sharing,   ///< In one queue for all threads. An idle thread sleeps until there is something.
  stealing,  ///< In its own queue, then in the others'. An idle thread polls, and sleeps up to 10
             ///< ms.
};

/// Which traces of requests leave the node, and where to: docs/traces.md.
struct trace_options {
  /// The URL that spans are posted to, by OTLP/HTTP in JSON, as "http://127.0.0.1:4318/v1/traces".
  /// Empty: no spans are made. Without a user and a password: those are for `headers`.
  std::string endpoint;
  /// Sent with each request. Their values are secret: no log and no error has them.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// For https: a PEM file with the authorities to trust, in the place of the system's. Empty:
  /// those of the system.
  std::filesystem::path authorities = {};
  /// For one request to the collector and its answer.
  std::chrono::milliseconds timeout{10'000};
  /// What every span says of its maker; `service.name` is one of them.
  std::vector<std::pair<std::string, std::string>> resource = {};

  /// Of traces that begin here, so many are exported, from 0 to 1.
  double sample_ratio = 0.01;
  /// A trace that began elsewhere is exported if its parent is. False: if its parent is, and the
  /// ratio takes it too. With a ratio of 0, false exports nothing at all.
  bool follow_parent = true;
  /// A request that takes longer, or fails by our fault, is exported as one span, also if its trace
  /// is not: but not if it has a parent that says no, and so many in a second.
  std::chrono::milliseconds slower_than{1'000};
  std::size_t unsampled_per_second = 100;

  /// Spans that wait for the collector; beyond them, or 32 MiB, new ones are dropped and counted.
  std::size_t waiting_spans = 8'192;
  /// Spans in one request, and how long the first of them waits for others.
  std::size_t batch_spans = 512;
  std::chrono::milliseconds batch_delay{1'000};
  /// How long the end of a node waits for its last spans to be sent.
  std::chrono::milliseconds flush_deadline{2'000};
};

/// Reads OpenTelemetry's environment variables, as docs/traces.md lists them. Without an endpoint,
/// or with OTEL_SDK_DISABLED, nothing is exported, and no other variable is looked at. `service` is
/// the `service.name` if no variable has one. Fails (malformed), with the variable as `field`, at
/// the first that cannot be read; the error has nothing of the value of a header.
[[nodiscard]] result<trace_options> tracing_from_environment(std::string_view service);

/// How a node runs. Make one with embedded() or in_memory(), then change what you must.
struct options {
  /// Where the RocksDB journal lives; empty: the journal is kept in memory and lost with the node.
  std::filesystem::path data_directory;

  /// Threads that run actors, at most 1,024; 0: as many as the machine has cores.
  std::size_t worker_threads = 0;
  /// Compared on 2 cores only: ARCHITECTURE.md, "Workers share one queue".
  scheduler_policy scheduler = scheduler_policy::sharing;
  /// Messages an actor handles before it lets others run, at most 1,000,000.
  std::size_t messages_per_turn = 100;
  /// Shards of a new journal, at most 4,096. Stored in it: a later value is ignored, with a warning
  /// unless it is this one.
  std::size_t shard_count = 64;

  /// Requests, and bytes of them, that a node may hold before the edge answers `overloaded`; with 0
  /// it answers nothing else. A shard may always hold a quarter of its even share, and has the rest
  /// in common with the others. A request costs 512 bytes and those of its command.
  std::size_t credits = 65'536;
  std::size_t credit_bytes = 256 * 1024 * 1024;
  /// Answered with `deadline_exceeded` after this, unless the call says otherwise.
  std::chrono::milliseconds default_deadline{10'000};
  /// How often a shard looks for passed deadlines: how late one may be noticed.
  std::chrono::milliseconds deadline_tick{50};

  /// Bytes of views the caches of all shards keep; 0: none, and every read asks the aggregate. A
  /// shard's cache may always use a quarter of its even share, and beyond it what others leave.
  std::size_t cache_bytes = 128 * 1024 * 1024;

  /// Most events and bytes in one write to the journal.
  std::size_t batch_events = 4096;
  std::size_t batch_bytes = 8 * 1024 * 1024;
  /// The newest commands of each aggregate whose repeats are recognised, whatever their age; at
  /// least 1.
  std::size_t deduplication_window = 1024;
  /// Repeats of older commands are recognised for so long after them, as long as all of a node's
  /// fit into so many bytes, at 32 to 64 each; `acta_deduplication_reach_seconds` says how long it
  /// is. Beyond it see call_options.repeats_since.
  std::chrono::milliseconds deduplication_reach{60'000};
  std::size_t deduplication_bytes = 64 * 1024 * 1024;
  /// Searches of histories, for call_options.repeats_since, at the same time; beyond them
  /// `overloaded` is answered.
  std::size_t history_searches = 8;
  /// Pages of an aggregate's events, of up to 4 MiB each, that are being read or wait for their
  /// callbacks; beyond them `overloaded` is answered.
  std::size_t event_pages = 64;
  /// Events a recovering aggregate reads at a time.
  std::size_t recovery_page_events = 512;

  /// An aggregate's snapshot is taken after so many events since its last one, and when it leaves
  /// memory if there are so many. 0: never.
  std::size_t snapshot_every_events = 1'000;
  std::size_t snapshot_on_leave_events = 100;

  /// An aggregate that nobody asked for so long leaves memory.
  std::chrono::milliseconds passivate_after{300'000};
  /// Most aggregates in memory, about, over all shards. A shard may always have a quarter of its
  /// even share, at least one, and beyond it what others leave. At the limit one of the shard that
  /// was not asked for `evictable_after` leaves for each that comes; if there is none, `overloaded`
  /// is answered.
  std::size_t live_aggregates = 262'144;
  /// The same limit in bytes of CBOR: the newest snapshot of each state and the events since, at
  /// least 4 KiB each. The default fits `live_aggregates` small ones. In memory a state takes
  /// a multiple of its CBOR. An aggregate in use is never stopped for its size, and a shard may
  /// always have one: beyond the limit there can be the largest state of each shard, until idle
  /// ones leave.
  std::size_t live_bytes = 1024 * 1024 * 1024;
  std::chrono::milliseconds evictable_after{1'000};

  /// Deaths of one aggregate within the period, beyond which it is parked: it answers `unavailable`
  /// until a back-off is over.
  std::size_t aggregate_restart_intensity = 3;
  std::chrono::milliseconds aggregate_restart_period{10'000};
  /// Aggregates that one command may kill before that command is parked.
  std::size_t command_kills = 2;
  std::chrono::milliseconds parking_least{1'000};
  std::chrono::milliseconds parking_most{60'000};

  /// Wait before the second restart of a part within the period; it doubles, to restart_delay_most.
  std::chrono::milliseconds restart_delay_least{10};
  std::chrono::milliseconds restart_delay_most{1'000};
  /// Restarts of one part of the node within the period, beyond which its supervisor gives up.
  std::size_t restart_intensity = 5;
  std::chrono::milliseconds restart_period{10'000};

  trace_options traces = {};

  /// How often the metrics actor takes in what was observed.
  std::chrono::milliseconds metrics_tick{200};
  /// How long the destructor, and SIGTERM, wait for accepted commands to be answered.
  std::chrono::milliseconds drain_deadline{10'000};

  /// Takes the spans of requests, and says which are sampled: for tests, and for exporters of one's
  /// own. Null: the exporter of `traces` does so, and without an endpoint there no spans are made.
  std::shared_ptr<internal::tracer> tracer = {};

  /// Told what an operator should hear of although nobody asked: for a log.
  notice_handler tell = {};
};

/// Fails (malformed), with the option as `field`, if a limit, a size or a time that must be more
/// than 0 is not, a time is negative, the least of two is the greater, threads, shards or messages
/// are more than there can be, or there is no such policy. A node does not start then, and leaves
/// nothing in the journal.
[[nodiscard]] result<void> check(const options& how);

/// Returns `how` with every time bounded by longest_wait, so that `milliseconds::max()` is never.
[[nodiscard]] options with_bounded_waits(options how);

/// One process, its journal in `data_directory`, which is made if it is not there.
[[nodiscard]] inline options embedded(std::filesystem::path data_directory) {
  options made;
  made.data_directory = std::move(data_directory);
  return made;
}

/// One process, nothing kept: for tests and trying out.
[[nodiscard]] inline options in_memory() { return {}; }

}  // namespace acta
