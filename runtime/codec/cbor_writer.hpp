// The saving visitor of CBOR: straight into bytes, no tree in between.
#pragma once

#include "actors/model/visitor.hpp"

namespace acta::internal {

/// Appends to `out`. The forms are those of nlohmann/json's to_cbor: the smallest integer that
/// holds the value, a double as 32 bits where that is exact, definite lengths, no tags. Writes
/// nothing that cbor_reader refuses: text must be UTF-8, objects nest as deep as limits.hpp says;
/// and of an event nothing that JSON has no form for.
class cbor_writer final : public visitor {
public:
  enum class content { any, of_events };
  explicit cbor_writer(bytes& out, content of = content::any)
      : out_{out}, of_events_{of == content::of_events} {}
  /// With `leaves_out_fallbacks` a member that equals what it falls back on, an optional without a
  /// value among them, is not written, at any depth. Equal is what is written alike.
  cbor_writer(bytes& out, bool leaves_out_fallbacks)
      : out_{out}, leaves_out_fallbacks_{leaves_out_fallbacks} {}
  /// How many bytes longer the whole encoding is than what was written.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

  [[nodiscard]] bool loading() const override { return false; }
  bool boolean(bool& value) override;
  bool signed_integer(std::int64_t& value, int bits) override;
  bool unsigned_integer(std::uint64_t& value, int bits) override;
  bool real(double& value) override;
  bool text(std::string& value) override;
  bool binary(bytes& value) override;
  bool time(timestamp& value) override;
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override;
  bool begin_optional(bool& present) override;
  bool end_optional() override { return true; }
  bool begin_list(std::size_t& size) override;
  bool end_list() override { return true; }
  bool begin_map(std::size_t& size) override;
  bool map_key(std::string& key) override { return text(key); }
  bool end_map() override { return true; }
  bool begin_object(std::size_t field_count) override;
  field_state begin_field(std::string_view name, bool required) override;
  bool end_field() override { return true; }
  bool begin_fallback() override;
  bool end_fallback() override;
  bool end_object() override;

private:
  /// An object whose members are counted as they are written: its end puts the head in front.
  struct open_object {
    std::size_t declared;  // members
    std::size_t written;   // members
    // Places in out_: of the object, and of its newest member.
    std::size_t begin;
    std::size_t field = 0;
    std::size_t value = 0;
    std::size_t fallback = 0;
    std::size_t left_out = 0;  // before the fallback, which is not part of the whole encoding
  };

  void put(unsigned byte) { out_.push_back(static_cast<std::byte>(byte)); }
  template <class Unsigned>
  void put_big_endian(Unsigned value);
  void head(unsigned major, std::uint64_t argument);
  bool put_text(std::string_view text);

  bytes& out_;
  const bool of_events_ = false;
  const bool leaves_out_fallbacks_ = false;
  std::size_t left_out_ = 0;
  std::size_t depth_ = 0;
  std::vector<open_object> objects_;  // only while fallbacks are left out
};

}  // namespace acta::internal
