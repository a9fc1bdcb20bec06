// The loading visitor of CBOR: straight from bytes, which it does not trust.
#pragma once

#include <optional>
#include <vector>

#include "actors/model/visitor.hpp"

namespace acta::internal {

/// Reads definite lengths only, which is all that acta writes; fields in any order, heads in any
/// width. Floating point of any width is a double; an integer is not. Text must be UTF-8, a field
/// or key may be there once, tags are not known. Nothing is reserved from a claimed length, and
/// objects nest as deep as limits.hpp says. The input must outlive the reader.
class cbor_reader final : public visitor {
public:
  explicit cbor_reader(std::span<const std::byte> input) : input_{input} {}
  /// Whether everything was read.
  [[nodiscard]] bool at_end() const { return at_ == input_.size(); }
  /// How many values were read that JSON has no form for: doubles, and times.
  [[nodiscard]] std::size_t unrepresentable() const { return unrepresentable_; }

  [[nodiscard]] bool loading() const override { return true; }
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
  bool end_field() override;
  bool end_object() override;

private:
  struct head {
    unsigned major;
    unsigned info;  ///< The low five bits of the first byte.
    std::uint64_t argument;
  };
  /// An object being read: fields that come in the order they are asked for need no look-up.
  struct object {
    std::size_t fields_left;  ///< Not yet passed by `next`.
    std::size_t next;         ///< Where the next unread field's name begins.
    std::vector<std::pair<std::string_view, std::size_t>> passed;  ///< Names and places of values.
    bool from_passed = false;
  };

  std::optional<head> read_head();
  std::optional<head> expect(unsigned major, const char* what);
  std::optional<std::string_view> read_text(const char* what);
  bool skip(std::size_t depth);
  bool take(std::size_t count, std::span<const std::byte>& taken);

  std::span<const std::byte> input_;
  std::size_t at_ = 0;
  std::size_t unrepresentable_ = 0;
  std::vector<object> objects_;
};

}  // namespace acta::internal
