// The file `JOURNAL`, which says whose a directory is, and by which a copy is known.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "runtime/journal/rocksdb_files.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

constexpr std::string_view identity_file_name = "JOURNAL";

/// What it says. It also names itself, by its inode and the time of its birth: a copy of it, or of
/// all the directory, is another file; one that was moved within its file system is the same.
struct identity_file {
  log_header of;  ///< What every write to the logs here begins with.
  bool original = false;
};

/// Nothing: there is none. Fails (damaged) if it says something else.
[[nodiscard]] result<std::optional<identity_file>> read_identity_file(
    const std::filesystem::path& directory);

enum class identity_of { this_directory, a_copy };
/// Writes it anew, as another file than the one before: durable when this returns. That of a copy
/// names no file.
rocksdb::IOStatus write_identity_file(journal_files& files, const std::filesystem::path& directory,
                                      const log_header& of, identity_of what);

}  // namespace acta::internal
