#include "runtime/journal/write_ahead_log.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <string>

#include "actors/ports/deliberate_fault.hpp"

namespace acta {

namespace {

// From RocksDB's description of its format: blocks of 32 KiB, in which each fragment of a record
// has a checksum (4 bytes), a length (2, the low byte first) and a type. What is left of a block
// when no header fits is filled up.
constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t header_bytes = 7;
constexpr unsigned char full = 1;  // 2 first, 3 middle
constexpr unsigned char last = 4;
constexpr unsigned char last_known = 8;  // the same, in a file that is used again

/// The number in a log's name; 0: it is not the name of one.
std::uint64_t number_of(const std::filesystem::path& log) {
  std::uint64_t number = 0;
  const auto name = log.stem().string();
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == name.data() + name.size();
  return whole && log.extension() == log_extension ? number : 0;
}

}  // namespace

result<std::uint64_t> check_log(const std::filesystem::path& log) {
  std::ifstream file{log, std::ios::binary};
  std::array<char, block_bytes> block;
  std::uint64_t begin = 0;
  std::uint64_t whole = 0;  // the end of the last whole record
  while (file) {
    file.read(block.data(), block.size());
    const auto size = static_cast<std::size_t>(file.gcount());
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(block[at]); };
    for (std::size_t at = 0; at + header_bytes <= size;) {
      const auto type = byte(at + 6);
      if (type > last && type <= last_known)
        return error{errc::damaged, log.filename().string() + ", byte " +
                                        std::to_string(begin + at + 6) + ": a record of type " +
                                        std::to_string(type)};
      at += header_bytes + byte(at + 4) + byte(at + 5) * 256U;
      if (at <= size && (type == full || type == last)) whole = begin + at;
    }
    begin += size;
  }
  return begin - whole;
}

result<void> check_newest_log(const std::filesystem::path& directory) {
  std::string name;
  std::ifstream note{directory / newest_log_note};
  if (!std::getline(note, name)) return {};
  const auto newest = number_of(name);
  if (newest == 0)
    return error{errc::damaged, std::string{newest_log_note} + " names no write-ahead log"};
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{directory, ignored})
    if (number_of(entry.path().filename()) >= newest) return {};
  if (deliberate::commits("lost_log_accepted")) return {};
  return error{errc::damaged, "the write-ahead log " + name +
                                  " is gone, and with it events that may have been answered; "
                                  "bring it back, or start from a backup"};
}

}  // namespace acta
