// The manifest that RocksDB writes, and CURRENT, which names it: without them nothing opens, and
// RocksDB itself looks at neither while it is open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/journal/watched_file.hpp"

namespace acta::internal {

/// The beginning of a regular file. Empty: there is none, or it cannot be read. Nothing: this
/// process could not look now, for want of descriptors or memory.
[[nodiscard]] std::optional<std::string> beginning_of_file(const std::filesystem::path& file,
                                                           std::size_t most_bytes);

/// RocksDB begins another manifest now and then: it makes the file, writes it, and then renames a
/// new CURRENT. Any thread.
class watched_manifest {
public:
  /// No file has a longer name.
  static constexpr std::size_t longest_name = 255;
  /// Whether a file has the name of a manifest.
  [[nodiscard]] static bool is_one(const std::filesystem::path& file);
  /// The manifest at `path` was made just now, and is empty. Writes to `file` are noticed from now
  /// on.
  rocksdb::IOStatus begin(const std::filesystem::path& path,
                          std::unique_ptr<rocksdb::FSWritableFile>* file);
  /// Calls `rename_current`: should it succeed, CURRENT names the newest manifest.
  rocksdb::IOStatus become_current(const std::function<rocksdb::IOStatus()>& rename_current);

  /// A sentence. Empty: the manifest is as it was written, and CURRENT names it, as far as this
  /// process can see now.
  [[nodiscard]] std::string what_is_wrong() const;

  struct lost_file {
    std::filesystem::path path;
    std::string text;
  };
  /// What has to be written, in this order, to undo what is wrong. Nothing: it cannot be undone, or
  /// somebody else may have put a journal here.
  [[nodiscard]] std::optional<std::vector<lost_file>> lost_files() const;

private:
  mutable std::mutex mutex_;
  std::shared_ptr<watched_file> current_;
  std::shared_ptr<watched_file> next_;  // CURRENT does not name it yet
};

}  // namespace acta::internal
