// The embedded journal: events in RocksDB. FORMAT.md says what is on disk, and why it is fast.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "actors/ports/backup_options.hpp"
#include "runtime/journal/adapter.hpp"
#include "runtime/notice.hpp"

namespace rocksdb {
class Env;
}

namespace acta::internal {

struct rocksdb_options {
  std::filesystem::path directory;  ///< Made if it is not there.
  std::size_t reader_threads = 2;
  /// Pages that may wait or be read at the same time, so many of streams and so many of the log.
  /// More than a node has event pages and subscriptions: its own bounds are to be met first.
  std::size_t most_pages = 256;
  /// Events that are sorted by stream and indexed at a time, in the background.
  std::size_t index_run_events = 262'144;
  /// At least 1. So many of these may wait to be indexed: while half of them do, writes are slowed;
  /// while all do, they wait.
  std::size_t most_unindexed_runs = 4;
  std::size_t block_cache_bytes = 64 * 1024 * 1024;
  /// Write-ahead logs of this size are moved into tables, in the background: they never take more
  /// than twice as much. Opening after a crash takes as long as it takes to read them.
  std::size_t log_bytes = 128 * 1024 * 1024;
  /// Reads beside a running node: sees what was durable when it was opened, and writes nothing.
  bool read_only = false;
  /// Where files are kept; null: RocksDB's own. A test injects faults here. Outlives the journal.
  rocksdb::Env* environment = nullptr;
  /// Told, once, why the journal takes no more writes; of each write-ahead log whose end was
  /// dropped when it was opened for writing; and, once, that writes wait for the index.
  notice_handler tell = {};
};

/// The one partition of an embedded journal.
inline constexpr partition_id embedded_partition = 0;

/// The index by stream is made in the background, and so is behind the log.
struct index_lag {
  std::uint64_t events = 0;           ///< Found in memory, as they are not indexed yet.
  std::chrono::nanoseconds waited{};  ///< For how long writes have waited for the index so far.
};

/// A journal in a directory of this machine. Whoever opens it for writing is its only writer, so
/// nobody claims anything.
class embedded_journal : public journal_adapter {
public:
  /// Copies everything into `directory`, a journal of its own from then on, while appends go on.
  /// Every append that was answered before the call is in it; returns up to which position that is
  /// certain. Fails (storage) if the directory is neither empty nor an unfinished backup, cannot be
  /// written, or `how.stopped` said so, and leaves nothing there; (read_only) once a write
  /// has failed. Blocking; any thread.
  virtual result<position> backup(const std::filesystem::path& directory,
                                  const backup_options& how) = 0;
  result<position> backup(const std::filesystem::path& directory) { return backup(directory, {}); }
  /// How far the index by stream is behind. Any thread.
  [[nodiscard]] virtual index_lag lag() const = 0;
};

/// Opens a journal. Fails (storage) if the directory cannot be used, is in use, or is on a disk
/// that is full, or if a journal is to be read that is not there yet; (damaged) if what is in it
/// does not check, or has a format this program does not know. Blocking; takes up to about a
/// second, as it reads what is not indexed yet.
result<std::unique_ptr<embedded_journal>> open_rocksdb_journal(const rocksdb_options& how);

using snapshot_visitor = std::function<result<void>(const stream_id&, const snapshot&)>;

/// A journal as it was at one moment. Whoever compares its parts needs this: what two openings show
/// beside a busy writer does not fit together. All calls block.
class journal_view {
public:
  virtual ~journal_view() = default;
  /// To read only.
  [[nodiscard]] virtual journal_adapter& events() = 0;
  /// Compares both copies of every event, by position and by stream, and looks at every snapshot;
  /// returns how many events there are. Fails (damaged) with the place.
  [[nodiscard]] virtual result<std::uint64_t> verify() const = 0;
  /// Calls `visit` for every snapshot, in the order of their streams, until it fails; then it fails
  /// too.
  virtual result<void> for_each_snapshot(const snapshot_visitor& visit) const = 0;
};

/// Opens a journal to read; fails as open_rocksdb_journal() does.
result<std::unique_ptr<journal_view>> open_rocksdb_view(rocksdb_options how);

/// verify() of a view of its own.
result<std::uint64_t> verify_rocksdb_journal(const rocksdb_options& how);
/// for_each_snapshot() of a view of its own.
result<void> for_each_snapshot(const rocksdb_options& how, const snapshot_visitor& visit);

}  // namespace acta::internal
