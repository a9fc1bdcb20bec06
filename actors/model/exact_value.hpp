// Values as bytes that are equal just when the values are: what given/when/then compares by. Not a
// format, and never stored.
#pragma once

#include <bit>
#include <cmath>
#include <string>

#include "actors/base/utf8.hpp"
#include "actors/model/inspect.hpp"
#include "actors/model/shown_time.hpp"

namespace acta {

/// Notes every part of a value, each after a mark of its kind, and texts after their length, so
/// that no two values lead to the same bytes. Two doubles are equal when the journal would hold the
/// same: 0.0 differs from -0.0. Fails where the encoding of an event does: on text that is not
/// UTF-8, on a double that is not finite, and on a time outside the years 0 to 9999. Saving only.
class exact_writer final : public visitor {
public:
  [[nodiscard]] bool loading() const override { return false; }

  bool boolean(bool& value) override { return put('b', value ? 1U : 0U); }
  bool signed_integer(std::int64_t& value, int) override {
    return put('i', static_cast<std::uint64_t>(value));
  }
  bool unsigned_integer(std::uint64_t& value, int) override { return put('u', value); }
  bool real(double& value) override {
    if (!std::isfinite(value)) return fail("is not finite");
    return put('d', std::bit_cast<std::uint64_t>(value));
  }
  bool text(std::string& value) override { return put_user_text('s', value); }
  bool binary(bytes& value) override {
    put('x', value.size());
    for (const auto byte : value) written_ += static_cast<char>(byte);
    return true;
  }
  bool time(timestamp& value) override {
    if (!has_rfc3339(value)) return fail("is not within the years 0 to 9999");
    return put('t', static_cast<std::uint64_t>(value.time_since_epoch().count()));
  }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    return put_text('e', names[index]);
  }
  bool begin_optional(bool& present) override { return put('o', present ? 1U : 0U); }
  bool end_optional() override { return true; }
  bool begin_list(std::size_t& size) override { return put('l', size); }
  bool end_list() override { return true; }
  bool begin_map(std::size_t& size) override { return put('m', size); }
  bool map_key(std::string& key) override { return put_user_text('k', key); }
  bool end_map() override { return true; }
  bool begin_object(std::size_t fields) override { return put('{', fields); }
  field_state begin_field(std::string_view name, bool) override {
    return put_text('f', name) ? field_state::present : field_state::failed;
  }
  bool end_field() override { return true; }
  bool end_object() override { return true; }

  [[nodiscard]] const std::string& written() const { return written_; }

private:
  bool put(char kind, std::uint64_t value) {
    written_ += kind;
    for (int i = 0; i < 8; ++i, value >>= 8) written_ += static_cast<char>(value & 255U);
    return true;
  }
  bool put_text(char kind, std::string_view value) {
    put(kind, value.size());
    written_ += value;
    return true;
  }
  bool put_user_text(char kind, std::string_view value) {
    return is_utf8(value) ? put_text(kind, value) : fail("is not UTF-8");
  }

  std::string written_;
};

}  // namespace acta
