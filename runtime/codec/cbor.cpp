#include "runtime/codec/cbor.hpp"

#include <xxhash.h>

#include "actors/model/guard.hpp"
#include "runtime/codec/cbor_reader.hpp"
#include "runtime/codec/cbor_writer.hpp"

namespace acta::internal {

namespace {
constexpr std::size_t typical_bytes = 128;
/// What may throw there: inspect(), and what a caller does with the value it has read.
constexpr std::string_view users_walk = "the domain's code";

result<void> encode_with(cbor_writer::content of, visitable what, bytes& out) {
  // Most events fit into this: one allocation instead of six. A buffer that has grown already grows
  // by its own rule, which a reserve() would spoil.
  if (out.capacity() == 0) out.reserve(typical_bytes);
  return guarded(users_walk, [&]() -> result<void> {
    cbor_writer writer{out, of};
    if (what(writer)) return {};
    return error{errc::malformed, writer.reason(), {}, writer.path()};
  });
}

}  // namespace

result<void> cbor_codec::encode(visitable what, bytes& out) const {
  return encode_with(cbor_writer::content::any, what, out);
}

result<void> cbor_codec::encode_event(visitable what, bytes& out) const {
  return encode_with(cbor_writer::content::of_events, what, out);
}

result<std::size_t> cbor_codec::encode_without_fallbacks(visitable what, bytes& out) const {
  return guarded(users_walk, [&]() -> result<std::size_t> {
    const auto before = out.size();
    cbor_writer writer{out, true};
    if (what(writer)) return out.size() - before + writer.left_out();
    return error{errc::malformed, writer.reason(), {}, writer.path()};
  });
}

result<void> cbor_codec::decode(std::span<const std::byte> input, visitable into) const {
  return guarded(users_walk, [&]() -> result<void> {
    cbor_reader reader{input};
    const bool read = into(reader);
    if (unrepresentable_) *unrepresentable_ += reader.unrepresentable();
    if (read && reader.at_end()) return {};
    if (read) return error{errc::damaged, "there is more after the end"};
    const auto& path = reader.path();
    return error{errc::damaged, (path.empty() ? "it" : path) + " " + reader.reason(), {}, path};
  });
}

std::uint64_t cbor_codec::hash(std::span<const std::byte> input) const {
  return XXH3_64bits(input.data(), input.size());
}

}  // namespace acta::internal
