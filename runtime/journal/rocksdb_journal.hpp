// The embedded journal: events in RocksDB. FORMAT.md says what is on disk, and why it is fast.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "actors/ports/journal.hpp"
#include "runtime/notice.hpp"

namespace rocksdb {
class Env;
}

namespace acta {

struct rocksdb_options {
  std::filesystem::path directory;  ///< Made if it is not there.
  std::size_t reader_threads = 2;
  /// Events that are sorted by stream and indexed at a time, in the background.
  std::size_t index_run_events = 262'144;
  std::size_t block_cache_bytes = 64 * 1024 * 1024;
  /// Write-ahead logs of this size are moved into tables, in the background: they never take more
  /// than twice as much. Opening after a crash takes as long as it takes to read them.
  std::size_t log_bytes = 128 * 1024 * 1024;
  /// Reads beside a running node: sees what was durable when it was opened, and writes nothing.
  bool read_only = false;
  /// Where files are kept; null: RocksDB's own. A test injects faults here. Outlives the journal.
  rocksdb::Env* environment = nullptr;
  /// Told, once, why the journal takes no more writes; and of each write-ahead log whose end was
  /// dropped when it was opened for writing.
  notice_handler tell = {};
};

/// Opens a journal. Fails (storage) if the directory cannot be used, is in use, or is on a disk
/// that is full, or if a journal is to be read that is not there yet; (damaged) if what is in it
/// does not check, or has a format this program does not know. Blocking; takes up to about a
/// second, as it reads what is not indexed yet.
result<std::unique_ptr<journal>> open_rocksdb_journal(const rocksdb_options& how);

/// Compares both copies of every event, by position and by stream, and looks at every snapshot;
/// returns how many events there are. Fails (damaged) with the place. Blocking.
result<std::uint64_t> verify_rocksdb_journal(const rocksdb_options& how);

/// Calls `visit` for every snapshot, in the order of their streams, until it fails; then it fails
/// too. Blocking.
result<void> for_each_snapshot(
    const rocksdb_options& how,
    const std::function<result<void>(const stream_id&, const snapshot&)>& visit);

}  // namespace acta
