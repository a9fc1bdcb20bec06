#include "runtime/journal/record.hpp"

#include <xxhash.h>

#include <limits>

namespace acta::internal {

namespace {

constexpr std::size_t checksum_bytes = 4;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

std::uint32_t checksum(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

void put_bytes(std::string& out, const bytes& what) {
  put_text(out, {reinterpret_cast<const char*>(what.data()), what.size()});
}

/// Ends the record that begins at `begin`.
void seal(std::string& out, std::size_t begin) {
  const auto sum = checksum(std::string_view{out}.substr(begin));
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(sum >> shift));
}

/// Reads fields one after another; once one fails, all that follow do.
class field_reader {
public:
  explicit field_reader(std::string_view input) : left_{input} {}

  /// At most `largest`, and in no more bytes than it takes: one value has one form.
  std::uint64_t varint(std::uint64_t largest = ~std::uint64_t{0}) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) return fail();
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      if (shift == 63 && byte > 1) return fail();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (value > largest || (byte == 0 && shift > 0)) return fail();
      return value;
    }
    return fail();
  }
  std::string_view text() {
    const auto size = varint();
    if (size > left_.size()) return fail(), std::string_view{};
    const auto read = left_.substr(0, size);
    left_.remove_prefix(size);
    return read;
  }
  bytes blob() {
    const auto read = text();
    const auto* data = reinterpret_cast<const std::byte*>(read.data());
    return {data, data + read.size()};
  }
  std::uint64_t fixed() {
    if (left_.size() < 8) return fail();
    const auto value = get_big_endian(left_.substr(0, 8));
    left_.remove_prefix(8);
    return value;
  }
  [[nodiscard]] bool finished() const { return ok_ && left_.empty(); }

private:
  std::uint64_t fail() {
    ok_ = false;
    left_ = {};
    return 0;
  }
  std::string_view left_;
  bool ok_ = true;
};

error damaged(std::string what) { return {errc::damaged, std::move(what)}; }

error wrong_length() { return damaged("a record does not have the length of its fields"); }

/// What is between the format and the checksum, when both are right.
result<std::string_view> fields_of(std::string_view record) {
  if (record.size() <= checksum_bytes) return damaged("a record is too short");
  if (const auto format = static_cast<unsigned char>(record[0]); format != record_format)
    return damaged("a record has format " + std::to_string(format) + "; this program knows " +
                   std::to_string(record_format));
  const auto body = record.substr(0, record.size() - checksum_bytes);
  if (get_big_endian(record.substr(body.size())) != checksum(body))
    return damaged("a record's checksum is wrong");
  return body.substr(1);
}

}  // namespace

void put_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t get_big_endian(std::string_view eight_bytes) {
  std::uint64_t value = 0;
  for (const char c : eight_bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void encode_record(std::string& out, position at, const stream_id& stream, version v,
                   const event_metadata& metadata, const new_event& event) {
  const auto begin = out.size();
  out.push_back(static_cast<char>(record_format));
  put_varint(out, at.partition);
  put_varint(out, at.offset);
  put_text(out, stream.text());
  put_varint(out, v.value);
  put_big_endian(out, static_cast<std::uint64_t>(metadata.time.time_since_epoch().count()));
  put_text(out, metadata.command_id);
  put_big_endian(out, metadata.command_hash);
  put_text(out, metadata.correlation_id);
  put_text(out, metadata.causation_id);
  put_text(out, metadata.principal);
  put_text(out, metadata.trace_context);
  put_text(out, event.type);
  put_varint(out, static_cast<std::uint64_t>(event.schema_version));
  put_bytes(out, event.payload);
  seal(out, begin);
}

result<void> check_record(std::string_view record) {
  const auto fields = fields_of(record);
  return fields ? result<void>{} : fields.error();
}

result<recorded_event> decode_record(std::string_view record) {
  const auto fields = fields_of(record);
  if (!fields) return fields.error();
  field_reader in{*fields};
  recorded_event event;
  event.position.partition =
      static_cast<std::uint32_t>(in.varint(std::numeric_limits<std::uint32_t>::max()));
  event.position.offset = in.varint();
  event.stream = stream_id{in.text()};
  event.version.value = in.varint();
  event.metadata.time = timestamp{std::chrono::microseconds{static_cast<std::int64_t>(in.fixed())}};
  event.metadata.command_id = in.text();
  event.metadata.command_hash = in.fixed();
  event.metadata.correlation_id = in.text();
  event.metadata.causation_id = in.text();
  event.metadata.principal = in.text();
  event.metadata.trace_context = in.text();
  event.type = in.text();
  event.schema_version = static_cast<int>(in.varint(std::numeric_limits<int>::max()));
  event.payload = in.blob();
  if (!in.finished()) return wrong_length();
  return event;
}

void encode_snapshot(std::string& out, const stream_id& stream, const snapshot& what) {
  const auto begin = out.size();
  out.push_back(static_cast<char>(record_format));
  put_text(out, stream.text());
  put_varint(out, what.version.value);
  put_big_endian(out, what.fingerprint);
  put_bytes(out, what.state);
  put_bytes(out, what.commands);
  seal(out, begin);
}

result<snapshot> decode_snapshot(std::string_view record, const stream_id& stream) {
  const auto fields = fields_of(record);
  if (!fields) return fields.error();
  field_reader in{*fields};
  const auto owner = in.text();
  snapshot what;
  what.version.value = in.varint();
  what.fingerprint = in.fixed();
  what.state = in.blob();
  what.commands = in.blob();
  if (!in.finished()) return wrong_length();
  if (owner != stream.text())
    return damaged("the snapshot of " + to_string(stream) + " is one of " + std::string{owner});
  return what;
}

error beyond_the_end(const stream_id& stream, const snapshot& what) {
  return damaged(to_string(stream) + " has a snapshot of version " +
                 std::to_string(what.version.value) + ", and ends before it");
}

}  // namespace acta::internal
