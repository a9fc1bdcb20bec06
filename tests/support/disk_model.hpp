// What a power cut leaves of some files: the bytes that were synced and the names whose directory
// was, and of the rest as much as chance has it. This is what `kill -9` cannot show: the system's
// page cache survives a process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acta::testing {

/// What survives beside that which was synced.
enum class survival {
  nothing,     ///< The least that a disk may keep.
  some,        ///< Of each file the first so many unsynced bytes, and the first so many changes of
               ///< names, as a file system with a journal keeps them.
  scattered,   ///< Of the names so many, and of the unsynced sectors of each file some: the others
               ///< read as zeros. A disk writes sectors in the order it likes.
  everything,  ///< What a process that was killed leaves.
};

/// Files that are only appended to, and the directories that name them. As POSIX promises it: a
/// file's bytes are kept once the file is synced, its name once its directory is. One thread.
class disk_model {
public:
  struct node {
    bool directory = false;
    std::string bytes;
    std::size_t synced = 0;  ///< So many of them a power cut leaves.
    bool failed = false;     ///< A sync failed: what was not synced then never will be.
  };
  using node_ptr = std::shared_ptr<node>;

  /// `root` and all that is in it are there, and synced.
  explicit disk_model(const std::filesystem::path& root);

  /// Makes a file, or cuts it to no byte, whatever other names it has.
  node_ptr create(const std::filesystem::path& path);
  /// Null: there is none.
  [[nodiscard]] node_ptr find(const std::filesystem::path& path) const;
  static void append(node& file, std::string_view data) { file.bytes += data; }
  static void truncate(node& file, std::size_t size);
  static void sync(node& file);
  /// A sync that fails. The system may take the pages for written then: a later sync succeeds, and
  /// does not bring them to the disk.
  static void fail_sync(node& file) { file.failed = true; }

  void make_directory(const std::filesystem::path& path);
  void remove(const std::filesystem::path& path);
  void rename(const std::filesystem::path& from, const std::filesystem::path& to);
  void link(const std::filesystem::path& from, const std::filesystem::path& to);
  void sync_directory(const std::filesystem::path& path);

  /// The unsynced bytes of the files whose names end so.
  [[nodiscard]] std::size_t unsynced_bytes(std::string_view end) const;
  /// Writes what a power cut leaves now into a directory, which is made new.
  void write_survivors(const std::filesystem::path& to, survival beside,
                       std::uint64_t seed = 0) const;

private:
  using names = std::map<std::filesystem::path, node_ptr>;
  /// Changes of names that are kept or lost together; null: the name is gone.
  using change = std::vector<std::pair<std::filesystem::path, node_ptr>>;
  void apply(change what);
  static void apply_to(names& which, const change& what);
  [[nodiscard]] names surviving(survival beside, std::mt19937_64& chance) const;

  std::filesystem::path root_;
  names now_;
  names synced_;
  std::vector<change> unsynced_;
};

}  // namespace acta::testing
