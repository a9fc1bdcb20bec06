// What RocksDB 7.8 does not notice, or does not say, about its write-ahead logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "actors/model/error.hpp"

namespace acta {

constexpr std::string_view log_extension = ".log";
/// The file that names the newest write-ahead log. It is written when that log is made, and removed
/// by a clean stop, after which no log is needed.
constexpr std::string_view newest_log_note = "WAL";

/// Reads a log from end to end; returns how many bytes at its end belong to no whole record. They
/// are of a write that a crash tore, or of a file that was cut; RocksDB drops them without a word.
/// Fails (damaged) if a record is marked as left over from an earlier use of the file. We never use
/// a log twice, so that is damage; RocksDB takes it for the log's end, before it looks at the
/// checksum, and events that were acknowledged would be gone without a word. One wrong bit is
/// enough. All else that may be wrong RocksDB finds. A log that is gone, or is still being written,
/// is fine.
[[nodiscard]] result<std::uint64_t> check_log(const std::filesystem::path& log);

/// Fails (damaged) if the directory had a write-ahead log that is gone. One that is newer is as
/// good: whoever made it had read the older ones. That of logs which are no longer written to none
/// is gone, RocksDB checks.
[[nodiscard]] result<void> check_newest_log(const std::filesystem::path& directory);

}  // namespace acta
