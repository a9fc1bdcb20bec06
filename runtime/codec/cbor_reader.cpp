#include "runtime/codec/cbor_reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/codec/limits.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

double half_to_double(std::uint64_t half) {
  const int exponent = static_cast<int>(half >> 10 & 0x1f);
  const double mantissa = static_cast<double>(half & 0x3ff);
  double value = 0;
  if (exponent == 0)
    value = std::ldexp(mantissa, -24);
  else if (exponent != 31)
    value = std::ldexp(mantissa + 1024, exponent - 25);
  else
    value = mantissa == 0 ? HUGE_VAL : std::nan("");
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace

bool cbor_reader::take(std::size_t count, std::span<const std::byte>& taken) {
  if (count > input_.size() - at_) return fail("ends too early");
  taken = input_.subspan(at_, count);
  at_ += count;
  return true;
}

std::optional<cbor_reader::head> cbor_reader::read_head() {
  std::span<const std::byte> part;
  if (!take(1, part)) return std::nullopt;
  const auto first = std::to_integer<unsigned>(part[0]);
  head read{first >> 5, first & 31, first & 31};
  if (read.info < 24) return read;
  if (read.info > 27) {
    fail("has a length acta does not write");
    return std::nullopt;
  }
  if (!take(std::size_t{1} << (read.info - 24), part)) return std::nullopt;
  read.argument = 0;
  for (const auto byte : part) read.argument = read.argument << 8 | std::to_integer<unsigned>(byte);
  return read;
}

std::optional<cbor_reader::head> cbor_reader::expect(unsigned major, const char* what) {
  auto read = read_head();
  if (read && read->major != major) {
    fail(what);
    return std::nullopt;
  }
  return read;
}

bool cbor_reader::boolean(bool& value) {
  const auto read = read_head();
  if (!read) return false;
  if (read->major != 7 || (read->info != 20 && read->info != 21))
    return fail("must be true or false");
  value = read->info == 21;
  return true;
}

bool cbor_reader::signed_integer(std::int64_t& value, int) {
  const auto read = read_head();
  if (!read) return false;
  if (read->major > 1) return fail("must be an integer");
  if (read->argument > 0x7fff'ffff'ffff'ffff) return fail("is out of range");
  const auto magnitude = static_cast<std::int64_t>(read->argument);
  value = read->major == 0 ? magnitude : -1 - magnitude;
  return true;
}

bool cbor_reader::unsigned_integer(std::uint64_t& value, int) {
  const auto read = read_head();
  if (!read) return false;
  if (read->major == 1) return fail("is out of range");
  if (read->major != 0) return fail("must be an integer");
  value = read->argument;
  return true;
}

bool cbor_reader::real(double& value) {
  const auto read = read_head();
  if (!read) return false;
  if (read->major != 7 || read->info < 25) return fail("must be a floating-point number");
  if (read->info == 25)
    value = half_to_double(read->argument);
  else if (read->info == 26)
    value = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(read->argument)));
  else
    value = std::bit_cast<double>(read->argument);
  if (!std::isfinite(value)) ++unrepresentable_;
  return true;
}

std::optional<std::string_view> cbor_reader::read_text(const char* what) {
  const auto read = expect(3, what);
  std::span<const std::byte> part;
  if (!read || !take(read->argument, part)) return std::nullopt;
  return std::string_view{reinterpret_cast<const char*>(part.data()), part.size()};
}

bool cbor_reader::text(std::string& value) {
  const auto read = read_text("must be text");
  if (!read) return false;
  if (!is_utf8(*read)) return fail("is not UTF-8");
  value = *read;
  return true;
}

bool cbor_reader::binary(bytes& value) {
  const auto read = expect(2, "must be bytes");
  std::span<const std::byte> part;
  if (!read || !take(read->argument, part)) return false;
  value.assign(part.begin(), part.end());
  return true;
}

bool cbor_reader::time(timestamp& value) {
  std::int64_t us = 0;
  if (!signed_integer(us, 64)) return false;
  value = timestamp{std::chrono::microseconds{us}};
  if (!has_rfc3339(value)) ++unrepresentable_;
  return true;
}

bool cbor_reader::enumeration(std::size_t& index, std::span<const std::string_view> names) {
  const auto read = read_text("must be one of the known names");
  if (!read) return false;
  const auto found = std::find(names.begin(), names.end(), *read);
  if (found == names.end()) return fail("must be one of the known names");
  index = static_cast<std::size_t>(found - names.begin());
  return true;
}

bool cbor_reader::begin_optional(bool& present) {
  present = at_ >= input_.size() || input_[at_] != std::byte{0xf6};
  if (!present) ++at_;
  return true;
}

bool cbor_reader::begin_list(std::size_t& size) {
  const auto read = expect(4, "must be a list");
  if (!read) return false;
  // Each element takes a byte at least: a length that lies is found out here.
  if (read->argument > input_.size() - at_) return fail("ends too early");
  size = read->argument;
  return true;
}

bool cbor_reader::begin_map(std::size_t& size) {
  const auto read = expect(5, "must be a map");
  if (!read) return false;
  if (read->argument > (input_.size() - at_) / 2) return fail("ends too early");
  size = read->argument;
  return true;
}

bool cbor_reader::begin_object(std::size_t) {
  std::size_t size = 0;
  if (objects_.size() == max_nesting) return fail(nested_too_deeply);
  if (!begin_map(size)) return false;
  objects_.push_back({size, at_, {}});
  return true;
}

field_state cbor_reader::begin_field(std::string_view name, bool required) {
  auto& current = objects_.back();
  const auto found = std::find_if(current.passed.begin(), current.passed.end(),
                                  [&](const auto& one) { return one.first == name; });
  if (found != current.passed.end()) {
    current.from_passed = true;
    at_ = found->second;
    current.passed.erase(found);
    return field_state::present;
  }
  at_ = current.next;
  while (current.fields_left > 0) {
    const auto key = read_text("must have names for its fields");
    if (!key) return field_state::failed;
    --current.fields_left;
    if (*key == name) {
      current.from_passed = false;
      return field_state::present;
    }
    current.passed.emplace_back(*key, at_);
    if (!skip(max_nesting)) return field_state::failed;
    current.next = at_;
  }
  if (!required) return field_state::missing;
  fail("is missing");
  return field_state::failed;
}

bool cbor_reader::end_field() {
  auto& current = objects_.back();
  if (!current.from_passed) current.next = at_;
  return true;
}

bool cbor_reader::end_object() {
  auto& current = objects_.back();
  at_ = current.next;
  std::string_view unknown;
  if (!current.passed.empty()) {
    unknown = current.passed.front().first;
  } else if (current.fields_left > 0) {
    const auto key = read_text("must have names for its fields");
    if (!key) return false;
    unknown = *key;
  } else {
    objects_.pop_back();
    return true;
  }
  // One that was asked for and read is no longer in `passed`: what is left of it is a repeat.
  fail("is not a known field, or is there twice");
  return within(is_utf8(unknown) ? unknown : "?");
}

bool cbor_reader::skip(std::size_t depth) {
  if (depth == 0) return fail(nested_too_deeply);
  const auto read = read_head();
  if (!read) return false;
  std::span<const std::byte> part;
  switch (read->major) {
    case 2:
    case 3: return take(read->argument, part);
    case 4:
    case 5:
      for (std::uint64_t i = 0; i < read->argument; ++i) {
        if (read->major == 5 && !skip(depth - 1)) return false;
        if (!skip(depth - 1)) return false;
      }
      return true;
    case 6: return skip(depth - 1);
    default: return true;
  }
}

}  // namespace acta::internal
