// RocksDB's format of a write-ahead log, as far as it takes to find what is whole in a damaged one:
// blocks of 32 KiB, in which each fragment of a write has a checksum (4 bytes), a length (2, the
// low byte first) and a type. What is left of a block when no header fits is filled up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace acta::internal {

namespace log_format {
constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t header_bytes = 7;
constexpr unsigned char full = 1;
constexpr unsigned char first = 2;  // 3: neither the first nor the last
constexpr unsigned char last = 4;
constexpr unsigned char last_known = 8;  // 5 to 8: the same, in a file that is used again
}  // namespace log_format

/// A log, as its checksums show it.
struct log_content {
  std::string bytes;
  /// The end of the last write of those that are whole, from the first on without a gap, and until
  /// one comes for the second time: somebody appended bytes of the log to it.
  std::uint64_t whole = 0;
  /// Where that write begins.
  std::uint64_t last_write = 0;
  /// Where another write begins after the one at `whole`, which is not whole: that one was synced
  /// then, and somebody may have been answered for it. A write that is there for the second time
  /// does not count.
  std::optional<std::uint64_t> next_write;
};

/// Reads a log into memory. One that is not there is empty. Searches all that follows the last
/// whole write, byte by byte, for the beginning of another: a fragment that checks, or the header
/// that every write of this log has.
[[nodiscard]] log_content read_log(const std::filesystem::path& log);

/// What is left of a write that begins at `from`: the bytes between the headers of its fragments,
/// which are where the blocks begin, whatever the headers say.
[[nodiscard]] std::string left_of_write(std::string_view log, std::uint64_t from);

}  // namespace acta::internal
