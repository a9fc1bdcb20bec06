// How wide the terminal is that somebody looks at.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

namespace acta::internal::load {

[[nodiscard]] inline bool is_terminal(int file) { return ::isatty(file) == 1; }

/// 0: it is no terminal, or does not know.
[[nodiscard]] inline unsigned columns_of(int file) {
  winsize size{};
  return ::ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace acta::internal::load
