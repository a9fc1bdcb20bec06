// A file system for RocksDB that fails on command and can lose its power: every operation that
// changes something has a number, from 1, and a model beside it knows what is synced.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <mutex>
#include <optional>

#include "tests/support/disk_model.hpp"

namespace acta::testing {

enum class file_operation {
  create,
  append,
  sync,
  close,
  truncate,
  rename,
  link,
  remove,
  make_directory,
  sync_directory
};

enum class fault {
  error,        ///< Nothing is done.
  no_space,     ///< Half of an append is done, of all else nothing.
  short_write,  ///< The same, as an I/O error.
  power_cut,    ///< Nothing is done, now or later; whether a disk would have done it, both may be.
};

/// Works on real files, which are never really synced: that would only take time. RocksDB's own log
/// and lock are no part of it. Any thread.
class faulty_file_system final : public rocksdb::FileSystemWrapper {
public:
  /// `root` holds all files that it will be used for.
  explicit faulty_file_system(const std::filesystem::path& root)
      : FileSystemWrapper{rocksdb::FileSystem::Default()}, disk_{root} {}
  const char* Name() const override { return "acta.faulty_file_system"; }

  /// The `number`-th operation fails, or that one and all after it do. A power cut is for ever.
  void fail_at(std::uint64_t number, fault how, bool for_ever = false);
  /// From now on `what` fails on files whose path contains `part`, the first `passing` times not.
  void fail_on(file_operation what, std::string part, fault how, std::size_t passing = 0);
  void heal();
  /// What the disk says is free; nothing: what is.
  void claim_free(std::optional<std::uint64_t> bytes) {
    const std::lock_guard lock{mutex_};
    claimed_free_ = bytes;
  }

  /// Operations until now, failed ones too.
  [[nodiscard]] std::uint64_t operations() const;
  [[nodiscard]] std::uint64_t failures() const;
  /// What failed first, as in "sync 000008.log"; empty: nothing did.
  [[nodiscard]] std::string first_failure() const;
  /// The bytes of write-ahead logs that a power cut would take now.
  [[nodiscard]] std::size_t unsynced_log_bytes() const;
  /// What is on the disk when the power comes back, at another place.
  void write_survivors(const std::filesystem::path& to, survival beside,
                       std::uint64_t seed = 0) const;

  using status = rocksdb::IOStatus;
  using debug = rocksdb::IODebugContext;
  status NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                         std::unique_ptr<rocksdb::FSWritableFile>* made, debug* why) override;
  status ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                            std::unique_ptr<rocksdb::FSWritableFile>* made, debug* why) override;
  status NewDirectory(const std::string& path, const rocksdb::IOOptions& how,
                      std::unique_ptr<rocksdb::FSDirectory>* made, debug* why) override;
  status DeleteFile(const std::string& path, const rocksdb::IOOptions& how, debug* why) override;
  status RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& how,
                    debug* why) override;
  status LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& how,
                  debug* why) override;
  status Truncate(const std::string& path, std::size_t size, const rocksdb::IOOptions& how,
                  debug* why) override;
  status CreateDir(const std::string& path, const rocksdb::IOOptions& how, debug* why) override;
  status CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& how,
                            debug* why) override;
  status DeleteDir(const std::string& path, const rocksdb::IOOptions& how, debug* why) override;
  status GetFreeSpace(const std::string& path, const rocksdb::IOOptions& how, std::uint64_t* bytes,
                      debug* why) override;
  /// Would write past the model. The journal asks for neither.
  status NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                         std::unique_ptr<rocksdb::FSRandomRWFile>*, debug*) override {
    return status::NotSupported("files are only appended to");
  }
  status ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>*, debug*) override {
    return status::NotSupported("files are not used again");
  }

private:
  class file;
  class directory;
  struct order {
    std::optional<file_operation> what;  ///< Nothing: any.
    std::string part;
    std::uint64_t number = 0;  ///< 0: any.
    std::size_t passing = 0;
    fault how = fault::error;
    bool for_ever = true;
  };

  /// Does an operation: `real` on the files, `model` in what is known of them.
  template <class Real, class Model>
  status perform(file_operation what, const std::string& path, Real real, Model model);
  /// The fault that this operation meets.
  std::optional<fault> next_fault(file_operation what, const std::string& path);
  bool meant(const order& told, file_operation what, const std::string& path);
  void fail_sync(disk_model::node& which);
  status append(disk_model::node& to, const std::string& path, rocksdb::FSWritableFile& real,
                const rocksdb::Slice& data, const rocksdb::IOOptions& how, debug* why);

  mutable std::mutex mutex_;
  disk_model disk_;
  std::optional<order> told_;
  std::optional<std::uint64_t> claimed_free_;
  std::uint64_t operations_ = 0;
  std::uint64_t failures_ = 0;
  std::string first_failure_;
};

}  // namespace acta::testing
