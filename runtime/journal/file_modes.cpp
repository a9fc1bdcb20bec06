#include "runtime/journal/file_modes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace acta::internal {

bool make_private_directory(const std::filesystem::path& path) {
  // The umask takes from the mode, never adds to it: nobody else gets in between.
  return ::mkdir(path.c_str(), new_directory_mode) == 0 &&
         ::chmod(path.c_str(), new_directory_mode) == 0;
}

mode_t mode_of_files_in(const std::filesystem::path& directory) {
  constexpr mode_t of_owner = S_IRUSR | S_IWUSR;
  struct stat found {};
  if (::stat(directory.c_str(), &found) != 0) return of_owner;
  return of_owner | (found.st_mode & (S_IRGRP | S_IWGRP));
}

bool make_private_file(const std::filesystem::path& path) {
  // Nobody can open it before its mode is right.
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return false;
  ::fchmod(made, mode_of_files_in(path.parent_path()));
  ::close(made);
  return true;
}

}  // namespace acta::internal
