// What the actors need to turn values into bytes and back.
#pragma once

#include <cstdint>
#include <span>

#include "actors/model/error.hpp"
#include "actors/model/visitor.hpp"

namespace acta::internal {

/// Writes and reads event payloads, commands and snapshots. What the walk throws, which is users'
/// code, is a failure too: domain_failed, or unavailable for want of memory. Stateless: any thread,
/// any time.
class codec {
public:
  virtual ~codec() = default;

  /// Appends the encoded form of `what` to `out`. Fails (malformed) if it holds what cannot be
  /// written, an enumeration's value without a name for instance; `out` is then of no use.
  virtual result<void> encode(visitable what, bytes& out) const = 0;
  /// The same of an event, which every way out can show: fails, too, on a double that is not finite
  /// and on a time outside the years 0 to 9999. JSON has no form for these.
  virtual result<void> encode_event(visitable what, bytes& out) const = 0;
  /// The same without the members that equal what they fall back on, at every depth: what a text
  /// that leaves them out means too. Returns how many bytes encode() would have appended.
  virtual result<std::size_t> encode_without_fallbacks(visitable what, bytes& out) const = 0;
  /// Walks `into` over `input`, all of it. Fails (damaged), naming the field.
  virtual result<void> decode(std::span<const std::byte> input, visitable into) const = 0;
  /// A 64-bit hash that is the same on every machine and in every version of acta.
  [[nodiscard]] virtual std::uint64_t hash(std::span<const std::byte> input) const = 0;
};

}  // namespace acta::internal
