// What RocksDB 7.8 does not notice in its write-ahead logs.
#pragma once

#include <filesystem>

#include "actors/model/error.hpp"

namespace acta {

/// Fails (damaged) if a record of the log is marked as left over from an earlier use of the file.
/// We never use a log twice, so that is damage; RocksDB takes it for the log's end, before it looks
/// at the checksum, and events that were acknowledged would be gone without a word. One wrong bit
/// is enough. Reads the whole file. All else that may be wrong RocksDB finds. A log that is gone,
/// or is still being written, is fine.
[[nodiscard]] result<void> check_record_types(const std::filesystem::path& log);

}  // namespace acta
