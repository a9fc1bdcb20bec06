// One event as bytes: what FORMAT.md draws. Written once, never changed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/event_page.hpp"

namespace acta::internal {

/// The version of the records' own layout, their first byte.
inline constexpr unsigned char record_format = 1;

/// Appends the record of one event of `append`, at this place, to `out`.
void encode_record(std::string& out, position at, const stream_id& stream, version v,
                   const event_metadata& metadata, const new_event& event);

/// Reads a whole record. Fails (damaged): another format, a length that lies, a wrong checksum.
result<recorded_event> decode_record(std::string_view record);
/// Looks at format and checksum only.
result<void> check_record(std::string_view record);

/// Appends the record of a snapshot to `out`.
void encode_snapshot(std::string& out, const stream_id& stream, const snapshot& what);
/// Reads a whole record. Fails (damaged): as above, or it is of another stream.
result<snapshot> decode_snapshot(std::string_view record, const stream_id& stream);

/// What is wrong with a snapshot whose events are not there: it travels behind them, so they were.
[[nodiscard]] error beyond_the_end(const stream_id& stream, const snapshot& what);

/// 64 bits in big-endian order, so that keys sort as numbers do.
void put_big_endian(std::string& out, std::uint64_t value);
[[nodiscard]] std::uint64_t get_big_endian(std::string_view eight_bytes);

}  // namespace acta::internal
