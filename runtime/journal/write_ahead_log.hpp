// What RocksDB 7.8 does not notice, or does not say, about its write-ahead logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "actors/model/cursor.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

constexpr std::string_view log_extension = ".log";

/// The file that names the newest write-ahead log. It is written when that log is made, and again,
/// with how much is in it, before the first answer out of it. A clean stop, after which no log is
/// needed, removes it.
constexpr std::string_view newest_log_note = "WAL";

/// What the note says.
struct log_note {
  std::string name;
  std::uint64_t number = 0;
  /// So many bytes of whole writes were in it when an answer first rested on them; 0: none did, or
  /// a program wrote the note that did not say.
  std::uint64_t bytes = 0;
  /// A hash of those bytes, by which the log is known. Nothing: the note does not say.
  std::optional<std::uint64_t> hash;
};
[[nodiscard]] std::string to_text(const log_note& note);
/// XXH3-64 of the first `bytes` of a log. Nothing: it has not so many, or cannot be read.
[[nodiscard]] std::optional<std::uint64_t> hash_of_log(const std::filesystem::path& log,
                                                       std::uint64_t bytes);
/// Nothing: there is none. Fails (damaged), with a remedy, if it is empty, cannot be read, is no
/// file, or says anything but what to_text() makes.
[[nodiscard]] result<std::optional<log_note>> read_log_note(const std::filesystem::path& directory);

/// The number in a log's name; 0: it is not the name of one.
[[nodiscard]] std::uint64_t log_number(const std::filesystem::path& log);

/// What every write to a log begins with: whose it is.
struct log_header {
  journal_id journal;
  std::uint64_t history = 0;
  bool operator==(const log_header&) const = default;
};
[[nodiscard]] std::string to_string(const log_header& header);
[[nodiscard]] std::string encode_log_header(const log_header& header);
/// Of a write as RocksDB stores it. Nothing: it has none, as those of earlier programs.
[[nodiscard]] std::optional<log_header> decode_log_header(std::string_view write);
/// The header as it is in such a write, and where.
[[nodiscard]] std::string header_in_write(const log_header& header);
constexpr std::size_t header_in_write_at = 12;

/// RocksDB's number of a write as it stores it: that of a later write is greater. 0: too little of
/// the write is there.
[[nodiscard]] std::uint64_t number_of_write(std::string_view write);

struct log_summary {
  std::uint64_t whole = 0;    ///< The end of the last whole write.
  std::uint64_t dropped = 0;  ///< The bytes after that.
  std::optional<log_header> header;
  /// RocksDB's number of the first write. 0: there is none.
  std::uint64_t first_write = 0;
  /// The same of the last whole write.
  std::uint64_t last_write = 0;
};

/// Reads a log from end to end. RocksDB drops what is after its last whole write without a word: a
/// write that a crash tore, or the file was cut.
/// Fails (damaged) if a record is marked as left over from an earlier use of the file. We never use
/// a log twice, so that is damage; RocksDB takes it for the log's end, before it looks at the
/// checksum, and events that were acknowledged would be gone without a word. One wrong bit is
/// enough. Fails too if a write begins after what would be dropped: each is synced before the next
/// one is begun, so no crash leaves that. Fails too if a write is of another journal or history
/// than the first one, or came before the one that it follows: RocksDB's assertions do not expect
/// that. All else that may be wrong RocksDB finds. A log that is gone, or is still
/// being written, is fine.
[[nodiscard]] result<log_summary> check_log(const std::filesystem::path& log);

}  // namespace acta::internal
