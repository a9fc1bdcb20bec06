// Every limit, timeout and default of a node, with its unit in its name.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace acta {

class journal;
class clock;

/// How a node runs. Make one with embedded() or in_memory(), then change what you must.
struct options {
  /// Where the RocksDB journal lives; empty: the journal is kept in memory and lost with the node.
  std::filesystem::path data_directory;

  /// Threads that run actors; 0: as many as the machine has cores.
  std::size_t worker_threads = 0;
  /// Messages an actor handles before it lets others run.
  std::size_t messages_per_turn = 100;
  /// Shards of a new journal. Stored in it: a later value is ignored with a warning.
  std::size_t shard_count = 16;

  /// Requests and bytes of commands a shard may hold before the edge answers `overloaded`.
  std::size_t credits_per_shard = 4096;
  std::size_t credit_bytes_per_shard = 16 * 1024 * 1024;
  /// Answered with `deadline_exceeded` after this, unless the call says otherwise.
  std::chrono::milliseconds default_deadline{10'000};
  /// How often a shard looks for passed deadlines: how late one may be noticed.
  std::chrono::milliseconds deadline_tick{50};

  /// Most events and bytes in one write to the journal.
  std::size_t batch_events = 4096;
  std::size_t batch_bytes = 8 * 1024 * 1024;
  /// Command ids a stream remembers; a repeat of an older one is a new command.
  std::size_t deduplication_window = 1024;
  /// Events a recovering aggregate reads at a time.
  std::size_t recovery_page_events = 512;

  /// Restarts of one part of the node within the period, beyond which its supervisor gives up.
  std::size_t restart_intensity = 5;
  std::chrono::milliseconds restart_period{10'000};

  /// How often the metrics actor takes in what was observed.
  std::chrono::milliseconds metrics_tick{200};
  /// How long the destructor, and SIGTERM, wait for accepted commands to be answered.
  std::chrono::milliseconds drain_deadline{10'000};
};

/// One process, its journal in `data_directory`, which is made if it is not there.
[[nodiscard]] inline options embedded(std::filesystem::path data_directory) {
  options made;
  made.data_directory = std::move(data_directory);
  return made;
}

/// One process, nothing kept: for tests and trying out.
[[nodiscard]] inline options in_memory() { return {}; }

}  // namespace acta
