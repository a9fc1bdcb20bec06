// What has to be right with a journal's directory before RocksDB opens it.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/journal/identity_file.hpp"
#include "runtime/journal/rocksdb_files.hpp"

namespace acta::internal {

/// The files with one of these extensions. None, if the directory cannot be read.
[[nodiscard]] std::set<std::filesystem::path> files_in(
    const std::filesystem::path& directory, std::initializer_list<std::string_view> extensions);

/// Makes the directory if there is none; a reader wants one with a journal in it. Fails (damaged)
/// if there was a journal which has lost its CURRENT; (storage) if there is none to read, it cannot
/// be made, would be among other files, or a writer has too little space on the disk to open it.
result<void> prepare_directory(journal_files& files, const std::filesystem::path& directory,
                               bool read_only);

/// What is in a directory's write-ahead logs.
struct log_findings {
  /// A sentence for each that ends in what is no whole record, which RocksDB will drop.
  std::vector<std::string> torn;
  /// Whose they are, if one of them says so.
  std::optional<log_header> header;
  /// A log with whole writes that begin with that header. Empty: there is none.
  std::filesystem::path with_header;
  /// The log with the newest whole write, and RocksDB's number of that write. 0: there is none.
  std::filesystem::path with_last_write;
  std::uint64_t last_write = 0;
  /// Some write is whole.
  bool written = false;
  /// The number of the newest log, and RocksDB's of its first write. 0: there is none.
  std::uint64_t newest = 0;
  std::uint64_t first_write_of_newest = 0;
};
/// Reads every write-ahead log. Fails (damaged) if one is what RocksDB would not notice, is gone,
/// or has lost what somebody was answered for; or is of another journal than the others, or than
/// `whose`, or of another of its histories. Logs with a number below `first_needed` may be damaged
/// or gone: tables have what they held.
[[nodiscard]] result<log_findings> check_logs(const std::filesystem::path& directory,
                                              const std::optional<identity_file>& whose,
                                              std::uint64_t first_needed = 0);

/// Says in a copy of a journal that it is one, and how much must be in its write-ahead log. Durable
/// when it returns.
result<void> mark_copy(journal_files& files, const std::filesystem::path& copy,
                       const log_header& of);

}  // namespace acta::internal
