// The saving visitor of CBOR: straight into bytes, no tree in between.
#pragma once

#include "actors/model/visitor.hpp"

namespace acta {

/// Appends to `out`. The forms are those of nlohmann/json's to_cbor: the smallest integer that
/// holds the value, a double as 32 bits where that is exact, definite lengths, no tags. Writes
/// nothing that cbor_reader refuses: text must be UTF-8, objects nest as deep as limits.hpp says;
/// and of an event nothing that JSON has no form for.
class cbor_writer final : public visitor {
public:
  enum class content { any, of_events };
  explicit cbor_writer(bytes& out, content of = content::any)
      : out_{out}, of_events_{of == content::of_events} {}

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
  bool end_object() override {
    --depth_;
    return true;
  }

private:
  void put(unsigned byte) { out_.push_back(static_cast<std::byte>(byte)); }
  template <class Unsigned>
  void put_big_endian(Unsigned value);
  void head(unsigned major, std::uint64_t argument);
  bool put_text(std::string_view text);

  bytes& out_;
  const bool of_events_;
  std::size_t depth_ = 0;
};

}  // namespace acta
