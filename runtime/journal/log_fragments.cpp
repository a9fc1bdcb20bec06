#include "runtime/journal/log_fragments.hpp"

#include <algorithm>
#include <boost/crc.hpp>
#include <fstream>
#include <iterator>

#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

using namespace log_format;

namespace {

struct fragment {
  unsigned char type = 0;
  std::uint64_t end = 0;
};

unsigned char byte_at(std::string_view log, std::uint64_t at) {
  return static_cast<unsigned char>(log[at]);
}

std::uint64_t end_of_block(std::uint64_t at) { return (at / block_bytes + 1) * block_bytes; }

/// The place of the next header, if `at` is where a fragment ended.
std::uint64_t next_header(std::uint64_t at) {
  return end_of_block(at) - at < header_bytes ? end_of_block(at) : at;
}

/// CRC-32C of the type and what follows it, in the form in which RocksDB stores it.
std::uint32_t checksum(std::string_view type_and_payload) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(type_and_payload.data(), type_and_payload.size());
  const std::uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8U;
}

/// The fragment that begins at `at`, if it checks.
std::optional<fragment> fragment_at(std::string_view log, std::uint64_t at) {
  if (at + header_bytes > std::min<std::uint64_t>(log.size(), end_of_block(at)))
    return std::nullopt;
  const auto type = byte_at(log, at + 6);
  if (type < full || type > last) return std::nullopt;
  const auto length = byte_at(log, at + 4) + byte_at(log, at + 5) * 256U;
  const auto end = at + header_bytes + length;
  if (end > std::min<std::uint64_t>(log.size(), end_of_block(at))) return std::nullopt;
  std::uint32_t stored = 0;
  for (int i = 3; i >= 0; --i)
    stored = stored << 8 | byte_at(log, at + static_cast<std::uint64_t>(i));
  if (stored != checksum(log.substr(at + 6, length + 1))) return std::nullopt;
  return fragment{type, end};
}

/// The end of the write that begins at `at`, if all of it is there and checks.
std::optional<std::uint64_t> end_of_write(std::string_view log, std::uint64_t at) {
  auto part = fragment_at(log, at);
  if (!part || (part->type != full && part->type != first)) return std::nullopt;
  while (part->type != full && part->type != last) {
    part = fragment_at(log, next_header(part->end));
    if (!part || part->type == full || part->type == first) return std::nullopt;
  }
  return part->end;
}

/// The numbers of the writes that were read, from the first to the last.
struct numbers {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  /// Whether a write with this number was read before: then its bytes are there twice.
  [[nodiscard]] bool have(std::uint64_t number) const {
    return number != 0 && first <= number && number <= last;
  }
};

std::optional<std::uint64_t> write_after(std::string_view log, std::uint64_t at,
                                         const numbers& known) {
  for (; at + header_bytes <= log.size(); ++at)
    if (const auto type = byte_at(log, at + 6); type == full || type == first)
      if (fragment_at(log, at) && !known.have(number_of_write(log.substr(at + header_bytes))))
        return at;
  return std::nullopt;
}

/// Where in the log the byte is that left_of_write() has at `offset`.
std::uint64_t place_of(std::uint64_t offset, std::uint64_t from) {
  const auto begin = next_header(from) + header_bytes;
  const auto in_first = end_of_block(begin) - begin;
  if (offset < in_first) return begin + offset;
  constexpr auto in_block = block_bytes - header_bytes;
  return end_of_block(begin) + (offset - in_first) / in_block * block_bytes + header_bytes +
         (offset - in_first) % in_block;
}

/// The same for a write of which too little is left to check.
std::optional<std::uint64_t> header_after(std::string_view log, std::uint64_t at,
                                          const numbers& known) {
  const auto header = decode_log_header(log.substr(std::min(header_bytes, log.size())));
  if (!header) return std::nullopt;
  const auto left = left_of_write(log, at);
  const auto text = header_in_write(*header);
  auto found = left.find(text, header_in_write_at + 1);
  while (found != std::string::npos &&
         known.have(number_of_write(std::string_view{left}.substr(found - header_in_write_at))))
    found = left.find(text, found + 1);
  if (found == std::string::npos) return std::nullopt;
  return place_of(found - header_in_write_at, at) - header_bytes;
}

}  // namespace

log_content read_log(const std::filesystem::path& log) {
  log_content found;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(log, ignored)) return found;  // to read a directory throws
  std::ifstream file{log, std::ios::binary};
  found.bytes.assign(std::istreambuf_iterator<char>{file}, {});
  numbers known;
  for (std::uint64_t at = 0;;) {
    const auto end = end_of_write(found.bytes, at);
    if (!end) break;
    const auto number = number_of_write(std::string_view{found.bytes}.substr(at + header_bytes));
    if (known.have(number)) break;
    if (at == 0) known.first = number;
    known.last = number;
    found.last_write = at;
    found.whole = *end;
    at = next_header(*end);
  }
  const auto not_whole = next_header(found.whole);
  if (not_whole >= found.bytes.size()) return found;
  found.next_write = write_after(found.bytes, not_whole + 1, known);
  if (!found.next_write) found.next_write = header_after(found.bytes, not_whole, known);
  return found;
}

std::string left_of_write(std::string_view log, std::uint64_t from) {
  std::string left;
  for (auto at = next_header(from); at + header_bytes < log.size(); at = end_of_block(at)) {
    const auto begin = at + header_bytes;
    left += log.substr(begin, end_of_block(at) - begin);
  }
  return left;
}

}  // namespace acta::internal
