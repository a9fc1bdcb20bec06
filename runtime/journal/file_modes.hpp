// Who may read a journal's files: whoever may read its directory, but never everybody.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace acta::internal {

/// Of a directory that is made for a journal or a backup.
constexpr mode_t new_directory_mode = 0700;

/// Makes a directory with that mode, whatever the process' umask is. False: something is there
/// already, or it cannot be made.
bool make_private_directory(const std::filesystem::path& path);

/// The mode of new files in `directory`: its owner reads and writes them, and its group may do with
/// them what it may do with the directory (0750 gives 0640, as PostgreSQL has it). Others may
/// nothing. 0600 if there is no such directory.
[[nodiscard]] mode_t mode_of_files_in(const std::filesystem::path& directory);

/// Makes an empty file with that mode, whatever the process' umask is, which is the user's. False:
/// the file is there already, and stays as it is, or cannot be made. Any thread.
bool make_private_file(const std::filesystem::path& path);

}  // namespace acta::internal
