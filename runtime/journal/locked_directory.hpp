// Who is at work in a directory.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace acta::internal {

/// A directory that is locked while this lives, so that others can tell whether somebody is at work
/// in it: the lock goes with the process, however that ends, and no file in it that may be removed
/// or replaced has a part in it.
class locked_directory {
public:
  explicit locked_directory(const std::filesystem::path& path)
      : number_{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)},
        locked_{number_ >= 0 && ::flock(number_, LOCK_EX | LOCK_NB) == 0},
        taken_{number_ >= 0 && !locked_ && errno == EWOULDBLOCK} {}
  locked_directory(const locked_directory&) = delete;
  locked_directory& operator=(const locked_directory&) = delete;
  ~locked_directory() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return locked_; }
  /// Somebody else has locked it. Neither this nor locked: it cannot be.
  [[nodiscard]] bool taken() const { return taken_; }

private:
  int number_;
  bool locked_;
  bool taken_;
};

}  // namespace acta::internal
