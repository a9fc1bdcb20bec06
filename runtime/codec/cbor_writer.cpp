#include "runtime/codec/cbor_writer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "runtime/codec/limits.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

template <class Unsigned>
void cbor_writer::put_big_endian(Unsigned value) {
  for (int shift = static_cast<int>(sizeof(value)) * 8 - 8; shift >= 0; shift -= 8)
    put(static_cast<unsigned>(value >> shift) & 0xff);
}

void cbor_writer::head(unsigned major, std::uint64_t argument) {
  major <<= 5;
  if (argument < 24) return put(major | static_cast<unsigned>(argument));
  if (argument <= 0xff) {
    put(major | 24);
    put(static_cast<unsigned>(argument));
  } else if (argument <= 0xffff) {
    put(major | 25);
    put_big_endian(static_cast<std::uint16_t>(argument));
  } else if (argument <= 0xffff'ffff) {
    put(major | 26);
    put_big_endian(static_cast<std::uint32_t>(argument));
  } else {
    put(major | 27);
    put_big_endian(argument);
  }
}

bool cbor_writer::boolean(bool& value) {
  put(value ? 0xf5 : 0xf4);
  return true;
}

bool cbor_writer::signed_integer(std::int64_t& value, int) {
  if (value >= 0)
    head(0, static_cast<std::uint64_t>(value));
  else
    head(1, ~static_cast<std::uint64_t>(value));  // -1 - value
  return true;
}

bool cbor_writer::unsigned_integer(std::uint64_t& value, int) {
  head(0, value);
  return true;
}

bool cbor_writer::real(double& value) {
  if (of_events_ && !std::isfinite(value)) return fail("is not finite");
  if (std::isnan(value)) {
    put(0xf9), put(0x7e), put(0x00);
  } else if (std::isinf(value)) {
    put(0xf9), put(value > 0 ? 0x7c : 0xfc), put(0x00);
  } else if (std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()) &&
             static_cast<double>(static_cast<float>(value)) == value) {
    put(0xfa);
    put_big_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  } else {
    put(0xfb);
    put_big_endian(std::bit_cast<std::uint64_t>(value));
  }
  return true;
}

bool cbor_writer::put_text(std::string_view text) {
  head(3, text.size());
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  out_.insert(out_.end(), data, data + text.size());
  return true;
}

bool cbor_writer::text(std::string& value) {
  return is_utf8(value) ? put_text(value) : fail("is not UTF-8");
}

bool cbor_writer::binary(bytes& value) {
  head(2, value.size());
  out_.insert(out_.end(), value.begin(), value.end());
  return true;
}

bool cbor_writer::time(timestamp& value) {
  if (of_events_ && !has_rfc3339(value)) return fail("is not within the years 0 to 9999");
  std::int64_t us = value.time_since_epoch().count();
  return signed_integer(us, 64);
}

bool cbor_writer::enumeration(std::size_t& index, std::span<const std::string_view> names) {
  return put_text(names[index]);
}

bool cbor_writer::begin_optional(bool& present) {
  if (!present) put(0xf6);
  return true;
}

bool cbor_writer::begin_list(std::size_t& size) {
  head(4, size);
  return true;
}

bool cbor_writer::begin_map(std::size_t& size) {
  head(5, size);
  return true;
}

bool cbor_writer::begin_object(std::size_t field_count) {
  if (++depth_ > max_nesting) return fail(nested_too_deeply);
  if (leaves_out_fallbacks_)
    objects_.push_back({field_count, field_count, out_.size()});
  else
    head(5, field_count);
  return true;
}

field_state cbor_writer::begin_field(std::string_view name, bool) {
  if (leaves_out_fallbacks_) objects_.back().field = out_.size();
  put_text(name);
  if (leaves_out_fallbacks_) objects_.back().value = out_.size();
  return field_state::present;
}

bool cbor_writer::begin_fallback() {
  if (!leaves_out_fallbacks_) return false;
  objects_.back().fallback = out_.size();
  objects_.back().left_out = left_out_;
  return true;
}

bool cbor_writer::end_fallback() {
  auto& object = objects_.back();
  const auto place = [this](std::size_t at) {
    return out_.begin() + static_cast<std::ptrdiff_t>(at);
  };
  const bool equal =
      std::equal(place(object.value), place(object.fallback), place(object.fallback), out_.end());
  left_out_ = object.left_out;
  if (equal) {
    left_out_ += object.fallback - object.field;
    --object.written;
  }
  out_.resize(equal ? object.field : object.fallback);
  return true;
}

bool cbor_writer::end_object() {
  --depth_;
  if (!leaves_out_fallbacks_) return true;
  const auto object = objects_.back();
  objects_.pop_back();
  const auto end = out_.size();
  head(5, object.declared);
  const auto whole_head = out_.size() - end;
  out_.resize(end);
  head(5, object.written);
  left_out_ += whole_head - (out_.size() - end);
  std::rotate(out_.begin() + static_cast<std::ptrdiff_t>(object.begin),
              out_.begin() + static_cast<std::ptrdiff_t>(end), out_.end());
  return true;
}

}  // namespace acta::internal
