// The file system below RocksDB, with one exception to what it may delete.
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
/// deletes when it opens. Any thread.
class run_keeping_files final : public rocksdb::FileSystemWrapper {
public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "acta.run_keeping_files"; }

  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& how,
                             rocksdb::IODebugContext* debug) override {
    if (std::filesystem::path{from}.extension() == ".tmp") {  // a run, not a table for a backup
      const std::lock_guard lock{mutex_};
      kept_.insert(to);
    }
    return target()->LinkFile(from, to, how, debug);
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override {
    {
      const std::lock_guard lock{mutex_};
      if (kept_.contains(path)) return rocksdb::IOStatus::OK();
    }
    return target()->DeleteFile(path, how, debug);
  }
  /// The ingestion of what was linked succeeded: its files are RocksDB's own.
  void settle() {
    const std::lock_guard lock{mutex_};
    kept_.clear();
  }

private:
  std::mutex mutex_;
  std::set<std::string> kept_;
};

}  // namespace acta
