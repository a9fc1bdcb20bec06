#include "runtime/journal/write_ahead_log.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/log_fragments.hpp"
#include "runtime/journal/record.hpp"

namespace acta::internal {

namespace {

/// RocksDB's: a write begins with a sequence number and the number of its parts. The first part of
/// ours is a blob, which only the log keeps.
constexpr std::size_t before_the_parts = header_in_write_at;
constexpr char blob_tag = 3;
constexpr char header_format = 1;
constexpr std::size_t header_size = 1 + 3 * 8;

constexpr std::string_view holds = "holds ";
constexpr std::string_view hash = "hash ";

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  return detail::read_number(text, number) ? number : 0;
}

}  // namespace

std::uint64_t log_number(const std::filesystem::path& log) {
  return log.extension() == log_extension ? number_in(log.stem().string()) : 0;
}

std::string to_text(const log_note& note) {
  if (note.bytes == 0) return note.name;
  auto text = note.name + "\n" + std::string{holds} + std::to_string(note.bytes) + "\n";
  if (note.hash) text += std::string{hash} + std::to_string(*note.hash) + "\n";
  return text;
}

std::optional<std::uint64_t> hash_of_log(const std::filesystem::path& log, std::uint64_t bytes) {
  std::ifstream file{log, std::ios::binary};
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state{XXH3_createState(),
                                                                       &XXH3_freeState};
  XXH3_64bits_reset(state.get());
  std::array<char, log_format::block_bytes> block;
  while (bytes > 0) {
    const auto part = std::min<std::uint64_t>(bytes, block.size());
    if (!file.read(block.data(), static_cast<std::streamsize>(part))) return std::nullopt;
    XXH3_64bits_update(state.get(), block.data(), part);
    bytes -= part;
  }
  return XXH3_64bits_digest(state.get());
}

result<std::optional<log_note>> read_log_note(const std::filesystem::path& directory) {
  log_note found;
  const auto damaged = [](const std::string& what) {
    return error{errc::damaged,
                 std::string{newest_log_note} + " " + what +
                     ": it was damaged. Bring it back, or start from a backup; if it is removed, "
                     "the journal opens, but events that were answered may be missing unnoticed"};
  };
  const auto place = directory / newest_log_note;
  std::error_code failed;
  const auto kind = std::filesystem::symlink_status(place, failed).type();
  if (kind == std::filesystem::file_type::not_found) return std::optional<log_note>{};
  if (kind != std::filesystem::file_type::regular)
    return damaged("is no file, but a directory, a link or something else");
  std::ifstream note{place};
  // Written beside and renamed: no crash leaves it empty.
  if (!std::getline(note, found.name)) {
    if (deliberate::commits("lost_log_accepted")) return std::optional<log_note>{};
    return damaged("is empty or cannot be read");
  }
  found.number = log_number(found.name);
  if (found.number == 0 || found.name.find('/') != std::string::npos)
    return damaged("names no write-ahead log");
  // Versions from before the hash ignore its line.
  const auto take = [&](std::string_view name, std::uint64_t& number) -> result<bool> {
    std::string line;
    if (!std::getline(note, line)) return false;
    // Without its newline the number may lack its end.
    if (!note.eof() && line.starts_with(name) &&
        detail::read_number(std::string_view{line}.substr(name.size()), number))
      return true;
    return damaged("has the line '" + line + "', which is not whole or is none of its own");
  };
  const auto has_bytes = take(holds, found.bytes);
  if (!has_bytes) return has_bytes.error();
  if (*has_bytes && found.bytes == 0) return damaged("says that it holds nothing");
  std::uint64_t number = 0;
  const auto has_hash = take(hash, number);
  if (!has_hash) return has_hash.error();
  if (*has_hash) found.hash = number;
  return std::optional{std::move(found)};
}

std::string to_string(const log_header& header) {
  return "journal " + to_string(header.journal) + ", history " + std::to_string(header.history);
}

std::string encode_log_header(const log_header& header) {
  std::string blob(1, header_format);
  for (const auto part : {header.journal.value[0], header.journal.value[1], header.history})
    put_big_endian(blob, part);
  return blob;
}

// 8 bytes, the lowest first.
std::uint64_t number_of_write(std::string_view write) {
  if (write.size() < before_the_parts) return 0;
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8 | static_cast<unsigned char>(write[i]);
  return number;
}

std::string header_in_write(const log_header& header) {
  return std::string{blob_tag, static_cast<char>(header_size)} + encode_log_header(header);
}

std::optional<log_header> decode_log_header(std::string_view write) {
  if (write.size() < before_the_parts + 2 + header_size) return std::nullopt;
  const auto blob = write.substr(before_the_parts + 2, header_size);
  if (write[before_the_parts] != blob_tag || write[before_the_parts + 1] != header_size ||
      blob[0] != header_format)
    return std::nullopt;
  const auto number = [&](std::size_t i) { return get_big_endian(blob.substr(1 + i * 8, 8)); };
  return log_header{{{number(0), number(1)}}, number(2)};
}

result<log_summary> check_log(const std::filesystem::path& log) {
  using namespace log_format;
  const auto damaged = [&log](std::uint64_t at, const std::string& what) {
    return error{errc::damaged,
                 log.filename().string() + ", byte " + std::to_string(at) + ": " + what};
  };
  std::ifstream file{log, std::ios::binary};
  std::array<char, block_bytes> block;
  std::uint64_t begin = 0;
  std::uint64_t under_way = 0;  // the number of the write whose fragments are being passed
  log_summary found;
  while (file) {
    file.read(block.data(), block.size());
    const auto size = static_cast<std::size_t>(file.gcount());
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(block[at]); };
    for (std::size_t at = 0; at + header_bytes <= size;) {
      const auto type = byte(at + 6);
      if (type > last && type <= last_known)
        return damaged(begin + at + 6, "a record of type " + std::to_string(type));
      const std::size_t length = byte(at + 4) + byte(at + 5) * 256U;
      const auto write = std::string_view(block.data(), size).substr(at + header_bytes, length);
      if (begin + at == 0) {
        found.header = decode_log_header(write);
        found.first_write = number_of_write(write);
      }
      if (type == full || type == first) {
        under_way = number_of_write(write);
        const auto header = decode_log_header(write);
        if (header && found.header && *header != *found.header)
          return damaged(begin + at, "a write of " + to_string(*header) + " in a log of " +
                                         to_string(*found.header));
      }
      if (type == 0 && length == 0) break;  // RocksDB leaves out the rest of such a block
      at += header_bytes + length;
      if (at <= size && (type == full || type == last)) {
        const bool comes_again = under_way != 0 && under_way <= found.last_write;
        if (comes_again && read_log(log).whole < begin + at)
          return damaged(found.whole,
                         "a write that came before, behind the newest one: bytes of "
                         "this log were appended to it; `repair` takes them off");
        found.whole = begin + at;
        found.last_write = under_way;
      }
    }
    begin += size;
  }
  found.dropped = begin - found.whole;
  if (found.dropped == 0 || !found.header) return found;
  const auto torn = read_log(log);
  if (torn.next_write)
    return damaged(torn.whole, "no whole write, and at byte " + std::to_string(*torn.next_write) +
                                   " the next one begins, which no crash leaves");
  return found;
}

}  // namespace acta::internal
