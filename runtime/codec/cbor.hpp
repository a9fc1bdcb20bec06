// Event bytes: CBOR (RFC 8949), one map per event, byte for byte what nlohmann/json writes for the
// same content. FORMAT.md in runtime/journal has the table.
#pragma once

#include "actors/ports/codec.hpp"

namespace acta::internal {

/// The codec of every journal of acta: CBOR, and XXH3 as the hash.
class cbor_codec final : public codec {
public:
  /// With `unrepresentable` every decode() adds the number of values, doubles and times, that JSON
  /// has no form for; then the codec is for one thread.
  explicit cbor_codec(std::size_t* unrepresentable = nullptr) : unrepresentable_{unrepresentable} {}

  result<void> encode(visitable what, bytes& out) const override;
  result<void> encode_event(visitable what, bytes& out) const override;
  result<std::size_t> encode_without_fallbacks(visitable what, bytes& out) const override;
  result<void> decode(std::span<const std::byte> input, visitable into) const override;
  [[nodiscard]] std::uint64_t hash(std::span<const std::byte> input) const override;

private:
  std::size_t* unrepresentable_;
};

}  // namespace acta::internal
