// The file that marks a backup as unfinished, and says what of its directory is the backup's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/error.hpp"

namespace acta::internal {

/// In the directory of a backup until its CURRENT is there. The next backup into the directory
/// removes what this one names, and nothing else.
struct backup_marker {
  static constexpr const char* file_name = "BACKUP";

  std::string process;             ///< The number of the process that makes it.
  std::string nonce;               ///< 32 hexadecimal digits, of this backup alone.
  std::vector<std::string> files;  ///< All that it makes, by their names.

  /// Where the files are until all are there: a directory within the backup's.
  [[nodiscard]] std::string staging() const { return "unfinished-" + nonce; }
  [[nodiscard]] std::string text() const;
};

/// A marker of this process, with a new nonce.
[[nodiscard]] backup_marker new_backup_marker(std::vector<std::string> files);

/// Fails (storage) if there is a marker and no CURRENT.
[[nodiscard]] result<void> check_finished(const std::filesystem::path& directory);

/// The marker in `directory`, if that holds what it names and nothing else; nothing, if the
/// directory is empty (but for `lost+found`). Fails (storage) if something else is in it.
[[nodiscard]] result<std::optional<backup_marker>> marker_in(
    const std::filesystem::path& directory);

/// Removes the marker of a backup that is finished, and the directory in which its files were.
void remove_mark(const std::filesystem::path& directory);

/// Removes what the marker names, and then the marker. What cannot be removed stays.
void remove_marked(const std::filesystem::path& directory, const backup_marker& marker);

}  // namespace acta::internal
