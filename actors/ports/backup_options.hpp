// How a backup is made.
#pragma once

#include <cstdint>
#include <functional>

namespace acta {

struct backup_options {
  /// Gives tables, which never change, a second name instead of copying them. That is instant and
  /// takes no room, but damage to one strikes both; and the directory must be on the journal's file
  /// system.
  bool link = false;
  /// The most that is copied in a second, so that the journal's writer keeps its disk; 0: no bound.
  std::uint64_t bytes_per_second = 64 * 1024 * 1024;
  /// Asked now and then; once it says true the backup ends, fails and leaves nothing. Empty: never.
  std::function<bool()> stopped = {};
};

}  // namespace acta
