// Copying a file without taking the disk from others.
#pragma once

#include <rocksdb/file_system.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace acta::internal {

/// Copies files one after another, so many bytes a second at most. One thread.
class file_copier {
public:
  /// `bytes_per_second` 0: no bound. `files` outlives it.
  file_copier(rocksdb::FileSystem& files, std::uint64_t bytes_per_second,
              std::function<bool()> stopped)
      : files_{&files}, bytes_per_second_{bytes_per_second}, stopped_{std::move(stopped)} {}

  /// Copies the first `size` bytes of a file and syncs them.
  rocksdb::IOStatus copy(const std::filesystem::path& from, const std::filesystem::path& to,
                         std::uint64_t size);
  /// Copies a whole file at once, where the file system can share its bytes until either file is
  /// written (FICLONE: btrfs, XFS), and syncs it. False: it cannot. `to` is there, and empty.
  static bool clone(const std::filesystem::path& from, const std::filesystem::path& to);

private:
  [[nodiscard]] bool is_stopped() const { return stopped_ && stopped_(); }
  [[nodiscard]] std::size_t chunk_bytes() const;
  /// Waits until so much more may have been written.
  void pace(std::uint64_t bytes);

  rocksdb::FileSystem* files_;
  std::uint64_t bytes_per_second_;
  std::function<bool()> stopped_;
  std::uint64_t copied_ = 0;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace acta::internal
