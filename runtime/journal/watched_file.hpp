// A file that RocksDB writes, and whether it is still there: a descriptor goes on taking writes
// after its file was removed, and nobody would find them.
#pragma once

#include <rocksdb/file_system.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace acta::internal {

/// A write-ahead log or a manifest: written at its end, on one thread at a time. Any thread may
/// ask.
class watched_file {
public:
  /// `path` was made just now, and is empty.
  explicit watched_file(std::filesystem::path path);
  watched_file(const watched_file&) = delete;
  watched_file& operator=(const watched_file&) = delete;
  ~watched_file();

  /// Adds up what syncs take. Any thread.
  using sync_time = std::atomic<std::chrono::nanoseconds::rep>;
  /// Writes to `written` are told to this one; `syncs`, if not null, outlives the file.
  static std::unique_ptr<rocksdb::FSWritableFile> wrap(
      std::shared_ptr<watched_file> watcher, std::unique_ptr<rocksdb::FSWritableFile> written,
      sync_time* syncs = nullptr);

  /// Says what happened to the file: its name is gone or another file's, it lost bytes that were
  /// written, or has some at its end that were not. Empty: it is as it was written. A second name
  /// is nothing to it.
  [[nodiscard]] std::string what_is_wrong() const;
  /// Its name is still its own, whatever is in it.
  [[nodiscard]] bool is_in_place() const { return size_in_place().has_value(); }
  /// False: it could not be opened to be looked at.
  [[nodiscard]] bool watches() const { return descriptor_ >= 0; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// All that was written, also when its name is gone. Nothing: it was cut, or cannot be read.
  [[nodiscard]] std::optional<std::string> content() const;
  /// So many of its bytes are synced.
  [[nodiscard]] std::uint64_t synced() const { return synced_; }

private:
  class file;
  void appended(std::string_view data);
  [[nodiscard]] std::optional<std::uint64_t> size_in_place() const;
  /// Whether the last bytes before the newest ones are still there, up to the last that is not
  /// zero. Where a file was cut and then written on, its size is right, and zeros are in their
  /// place.
  [[nodiscard]] bool ends_as_written() const;

  const std::filesystem::path path_;
  const int descriptor_;  // to read
  dev_t device_ = 0;
  ino_t inode_ = 0;
  /// At most so many bytes are in it: also what is being written, or failed to be.
  std::atomic<std::uint64_t> most_{0};
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> synced_{0};
  std::atomic<bool> cut_{false};
  std::string end_;  // its last bytes, up to one that is not zero
  std::uint64_t end_at_ = 0;
};

}  // namespace acta::internal
