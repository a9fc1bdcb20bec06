// What RocksDB 7.8 says wrongly about the write-ahead logs that its manifest names.
#pragma once

#include <rocksdb/file_system.h>
#include <rocksdb/status.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace acta::internal {

/// The name of the log for want of which a database did not open, although it does not need it.
///
/// RocksDB notes in the manifest that a log is complete, and later that it is not needed any more.
/// A crash between the two leaves the first note alone. The next opening finds nothing in the log
/// that the tables lack, copies the note into a new manifest and deletes the log. The opening after
/// that one misses it.
///
/// Only an opening begins a manifest, after it has made tables of all logs. So the manifest needs
/// none with a lower number than its own, but for the log that the same opening has begun: it has
/// the number just below.
[[nodiscard]] std::optional<std::string> missed_log_of_tables(
    const rocksdb::Status& opened, const std::filesystem::path& directory);

/// Shows these logs where they are missing: without a write, and as large as a manifest may say.
[[nodiscard]] std::shared_ptr<rocksdb::FileSystem> with_empty_logs(
    std::shared_ptr<rocksdb::FileSystem> files, std::set<std::string> names);

}  // namespace acta::internal
