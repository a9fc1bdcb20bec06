// The one damage that a crash can leave, and a journal does not open with: its last write is there
// in part. Whoever asked for it was not answered, if it was a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"

namespace acta::internal {

/// The last write of a journal, if it is not whole.
struct unfinished_write {
  std::filesystem::path log;  ///< The file it is in, and where: from `begin` to its end.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  /// Those of its events that check.
  std::vector<recorded_event> readable;
};

/// Fails (storage) if there is no journal in the directory, or somebody has it open; (damaged) if
/// one has lost its CURRENT. Blocking.
[[nodiscard]] result<void> find_closed_journal(const std::filesystem::path& directory);

/// Looks for it. Fails (not_found) if every write is whole; (damaged) if one that is not may have
/// been answered: another write follows it, which was begun when it was synced, or the journal has
/// noted that it was. Changes nothing. Blocking.
[[nodiscard]] result<unfinished_write> find_unfinished_write(const std::filesystem::path& journal);

/// Drops it, and nothing else, if the journal opens without it. The log as it was is kept in a new
/// directory `repaired-<n>` within the journal, which is returned. The journal goes on in a new
/// history. Fails as find_unfinished_write(); (storage) if the journal is in use, or nothing can be
/// written. Blocking.
result<std::filesystem::path> drop_unfinished_write(const std::filesystem::path& journal);

}  // namespace acta::internal
