// The file system below RocksDB, with an exception to what it may delete, and one more file.
#pragma once

#include <rocksdb/file_system.h>

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

namespace acta {

/// Keeps the files of index runs that were linked into the database and not settled. When an
/// ingestion fails, RocksDB deletes its file, also when the manifest that names it was written and
/// only its sync failed: then the journal would not open again. What is kept in vain, RocksDB
/// deletes when it opens.
///
/// Writes down the name of each write-ahead log that is made (write_ahead_log.hpp), before anything
/// is in it. RocksDB's manifest knows only those that are no longer written to. Any thread.
class journal_files final : public rocksdb::FileSystemWrapper {
public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "acta.journal_files"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& how,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override;

  /// The ingestion of what was linked succeeded: its files are RocksDB's own.
  void settle();
  /// Nothing that was answered is in a write-ahead log alone: none of them need be there.
  void forget_newest_log(const std::filesystem::path& directory);

  /// Makes a directory and those above it that are missing, and syncs their names: what is in a
  /// directory is lost with its name.
  rocksdb::IOStatus make_directory(const std::filesystem::path& path);
  /// Syncs the names in a directory.
  rocksdb::IOStatus sync_names(const std::filesystem::path& directory);

private:
  rocksdb::IOStatus note_newest_log(const std::filesystem::path& log);

  std::mutex mutex_;
  std::set<std::string> kept_;
};

}  // namespace acta
