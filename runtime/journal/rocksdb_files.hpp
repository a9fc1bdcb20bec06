// The file system below RocksDB, with an exception to what it may delete, and one more file.
#pragma once

#include <rocksdb/file_system.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/journal/watched_file.hpp"
#include "runtime/journal/watched_manifest.hpp"

namespace acta::internal {

constexpr std::string_view table_extension = ".sst";

/// Keeps the files of index runs that were linked into the database and not settled. When an
/// ingestion fails, RocksDB deletes its file, also when the manifest that names it was written and
/// only its sync failed: then the journal would not open again. What is kept in vain, RocksDB
/// deletes when it opens.
///
/// Makes, links, renames and deletes nothing where the journal's directory was, once that has been
/// moved or replaced: what is there now is somebody else's.
///
/// Makes files and directories with the modes of file_modes.hpp, where RocksDB would leave them to
/// the umask.
///
/// Writes down the name of each write-ahead log that is made (write_ahead_log.hpp), before anything
/// is in it, since RocksDB's manifest knows only those that are no longer written to; and watches
/// those in the guarded directory until RocksDB needs them no more. It watches the manifest too.
/// Any thread.
class journal_files final : public rocksdb::FileSystemWrapper {
public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "acta.journal_files"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewLogger(const std::string& path, const rocksdb::IOOptions& how,
                              std::shared_ptr<rocksdb::Logger>* made,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& how,
                             rocksdb::FileLock** made, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& how,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& how,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override;

  /// Takes note of which directory it is that has this path now. Before RocksDB opens it.
  void guard(const std::filesystem::path& directory);
  /// Fails once the path of the guarded directory leads to another one, to none, or to one without
  /// its CURRENT.
  [[nodiscard]] rocksdb::IOStatus in_place() const;

  /// Deletes no table, log or manifest until delete_kept_files() is called. Opening, RocksDB
  /// deletes all that its manifest does not name, before anybody can tell whether it is the right
  /// one.
  void keep_files();
  rocksdb::IOStatus delete_kept_files();

  /// The ingestion of what was linked succeeded: its files are RocksDB's own.
  void settle();
  /// Fails if a write-ahead log is not as it was written. After a sync, and before an answer that
  /// rests on it.
  [[nodiscard]] rocksdb::IOStatus logs_in_place() const;
  /// What the syncs of write-ahead logs have taken so far.
  [[nodiscard]] std::chrono::nanoseconds log_syncs() const {
    return std::chrono::nanoseconds{log_syncs_.load(std::memory_order_relaxed)};
  }
  /// Writes down, once for each, that the newest write-ahead log has something in it, and how much
  /// of it is synced. Before the first answer out of it.
  rocksdb::IOStatus note_first_answer();
  /// Writes down how much was synced of the oldest log that is not as it was written. Before what
  /// it held is moved into tables: a crash before that is done must not read as fewer events.
  rocksdb::IOStatus note_harmed_log();
  /// Fails if the manifest is not as it was written, or CURRENT does not name it.
  [[nodiscard]] rocksdb::IOStatus manifest_in_place() const;
  /// Puts the manifest back whose name is gone, and CURRENT in the place of one that names none.
  /// Deletes no table and no log from now on: what the manifest says stays true, also if RocksDB
  /// goes on to write to the file without a name. Fails if the manifest was cut or replaced, or
  /// CURRENT names another one: then somebody else may have put a journal here.
  rocksdb::IOStatus rescue_manifest();
  /// Nothing that was answered is in a write-ahead log alone: none of them need be there.
  void forget_newest_log(const std::filesystem::path& directory);

  /// Makes a directory and those above it that are missing, and syncs their names: what is in a
  /// directory is lost with its name.
  rocksdb::IOStatus make_directory(const std::filesystem::path& path);
  /// Syncs the names in a directory.
  rocksdb::IOStatus sync_names(const std::filesystem::path& directory);
  /// Puts a file in the place of `file`, with the text that is made when its own file is there,
  /// under the name that is passed. Durable when it returns, its name too.
  rocksdb::IOStatus replace_file(
      const std::filesystem::path& file,
      const std::function<std::string(const std::filesystem::path& unfinished)>& text);

private:
  /// The oldest log that is not as it was written, and what happened to it. Null: all are.
  [[nodiscard]] std::pair<std::shared_ptr<watched_file>, std::string> harmed_log() const;
  [[nodiscard]] bool same_directory() const;
  [[nodiscard]] rocksdb::IOStatus not_in_place() const;
  /// Fails if `path` is that of a file in the guarded directory, and that is another one now.
  [[nodiscard]] rocksdb::IOStatus may_change(const std::string& path) const;
  rocksdb::IOStatus note_log(const std::filesystem::path& log, std::uint64_t filled,
                             std::optional<std::uint64_t> hash = {});
  rocksdb::IOStatus watch(const std::filesystem::path& log,
                          std::unique_ptr<rocksdb::FSWritableFile>* made);
  /// Whether RocksDB may do without the file at `path`, and it is not to be deleted all the same.
  [[nodiscard]] bool keeps(const std::string& path);

  std::filesystem::path directory_;  // empty: not guarded
  std::pair<dev_t, ino_t> identity_;
  std::mutex mutex_;
  std::set<std::string> kept_;
  bool keeps_files_ = false;
  std::set<std::string> kept_files_;
  bool rescued_ = false;
  watched_file::sync_time log_syncs_{0};
  mutable std::mutex logs_mutex_;
  std::vector<std::shared_ptr<watched_file>> logs_;  // the newest last
  watched_manifest manifest_;
  std::mutex note_mutex_;
  std::filesystem::path noted_;  // the log whose first answer is written down
};

}  // namespace acta::internal
