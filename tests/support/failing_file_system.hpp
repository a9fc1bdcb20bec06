// A file system for RocksDB whose writes fail on command, and that knows what was not synced.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace acta::testing {

enum class file_operation { append, sync, link, rename };

/// Passes everything on to the real file system, except what it was told to fail. Any thread.
class failing_file_system final : public rocksdb::FileSystemWrapper {
public:
  /// From now on `what` fails on files whose path contains `part`, the first `passing` times not.
  /// A failing append writes half of its bytes first, as a full disk does.
  void fail(file_operation what, std::string part, bool no_space = false, std::size_t passing = 0) {
    const std::lock_guard lock{mutex_};
    told_ = order{what, std::move(part), no_space, passing};
  }
  void heal() {
    const std::lock_guard lock{mutex_};
    told_.reset();
  }
  [[nodiscard]] std::size_t failures() const {
    const std::lock_guard lock{mutex_};
    return failures_;
  }
  /// The bytes of write-ahead logs that a power cut would take now.
  [[nodiscard]] std::size_t unsynced_log_bytes() const {
    const std::lock_guard lock{mutex_};
    std::size_t sum = 0;
    for (const auto& [path, size] : unsynced_)
      if (path.ends_with(".log")) sum += size;
    return sum;
  }

  static std::shared_ptr<failing_file_system> make() {
    return std::make_shared<failing_file_system>(rocksdb::FileSystem::Default());
  }
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "acta.failing_file_system"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* debug) override {
    auto status = target()->NewWritableFile(path, how, made, debug);
    if (status.ok()) *made = std::make_unique<file>(*this, path, std::move(*made));
    return status;
  }
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& how,
                             rocksdb::IODebugContext* debug) override {
    if (auto failure = failure_of(file_operation::link, from)) return *failure;
    return target()->LinkFile(from, to, how, debug);
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& how,
                               rocksdb::IODebugContext* debug) override {
    if (auto failure = failure_of(file_operation::rename, to)) return *failure;
    return target()->RenameFile(from, to, how, debug);
  }

private:
  class file final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    file(failing_file_system& owner, std::string path,
         std::unique_ptr<rocksdb::FSWritableFile>&& real)
        : FSWritableFileOwnerWrapper{std::move(real)}, owner_{owner}, path_{std::move(path)} {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how,
                             rocksdb::IODebugContext* debug) override {
      if (auto failure = owner_.failure_of(file_operation::append, path_)) {
        (void)target()->Append({data.data(), data.size() / 2}, how, debug);
        return *failure;
      }
      owner_.wrote(path_, data.size());
      return target()->Append(data, how, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* debug) override {
      return Append(data, how, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& how, rocksdb::IODebugContext* debug) override {
      if (auto failure = owner_.failure_of(file_operation::sync, path_)) return *failure;
      owner_.synced(path_);
      return target()->Sync(how, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& how,
                            rocksdb::IODebugContext* debug) override {
      return Sync(how, debug);
    }

  private:
    failing_file_system& owner_;
    const std::string path_;
  };

  struct order {
    file_operation what;
    std::string part;
    bool no_space;
    std::size_t passing;
  };

  std::optional<rocksdb::IOStatus> failure_of(file_operation what, const std::string& path) {
    const std::lock_guard lock{mutex_};
    if (!told_ || told_->what != what || path.find(told_->part) == std::string::npos)
      return std::nullopt;
    if (told_->passing > 0) return --told_->passing, std::nullopt;
    ++failures_;
    return told_->no_space ? rocksdb::IOStatus::NoSpace("told to fail")
                           : rocksdb::IOStatus::IOError("told to fail");
  }
  void wrote(const std::string& path, std::size_t size) {
    const std::lock_guard lock{mutex_};
    unsynced_[path] += size;
  }
  void synced(const std::string& path) {
    const std::lock_guard lock{mutex_};
    unsynced_.erase(path);
  }

  mutable std::mutex mutex_;
  std::optional<order> told_;
  std::size_t failures_ = 0;
  std::map<std::string, std::size_t> unsynced_;
};

}  // namespace acta::testing
