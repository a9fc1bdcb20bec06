#include "runtime/journal/write_ahead_log.hpp"

#include <array>
#include <fstream>
#include <string>

namespace acta {

namespace {

// From RocksDB's description of its format: blocks of 32 KiB, in which each fragment of a record
// has a checksum (4 bytes), a length (2, the low byte first) and a type. What is left of a block
// when no header fits is filled up.
constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t header_bytes = 7;
constexpr unsigned char last_of_one_use = 4;  // 1 full, 2 first, 3 middle, 4 last
constexpr unsigned char last_known = 8;       // the same, in a file that is used again

}  // namespace

result<void> check_record_types(const std::filesystem::path& log) {
  std::ifstream file{log, std::ios::binary};
  std::array<char, block_bytes> block;
  for (std::size_t begin = 0; file; begin += block_bytes) {
    file.read(block.data(), block.size());
    const auto size = static_cast<std::size_t>(file.gcount());
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(block[at]); };
    for (std::size_t at = 0; at + header_bytes <= size;) {
      if (byte(at + 6) > last_of_one_use && byte(at + 6) <= last_known)
        return error{errc::damaged, log.filename().string() + ", byte " +
                                        std::to_string(begin + at + 6) + ": a record of type " +
                                        std::to_string(byte(at + 6))};
      at += header_bytes + byte(at + 4) + byte(at + 5) * 256U;
    }
  }
  return {};
}

}  // namespace acta
