#include "actors/protocol/command_hash.hpp"

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace {

/// The name is part of the hash: deposit and withdraw may well have the same content.
bytes begin_with_name(const request& asked) {
  bytes begun;
  begun.reserve(128);
  for (const char c : asked.name()) begun.push_back(static_cast<std::byte>(c));
  return begun;
}

}  // namespace

result<command_weight> weigh_command(const codec& with, const request& asked) {
  auto encoded = begin_with_name(asked);
  const auto name_bytes = encoded.size();
  const auto content = [&](visitor& v) { return asked.command.visit(v); };
  const auto whole = with.encode_without_fallbacks(content, encoded);
  if (!whole) return whole.error();
  if (deliberate::commits("content_hashed_whole")) {
    encoded.resize(name_bytes);
    static_cast<void>(with.encode(content, encoded));
  }
  return command_weight{with.hash(encoded), name_bytes + *whole};
}

bool is_repeat(const codec& with, const request& asked, std::uint64_t stored) {
  if (stored == asked.append.metadata.command_hash) return true;
  auto encoded = begin_with_name(asked);
  const auto done = with.encode([&](visitor& v) { return asked.command.visit(v); }, encoded);
  return done.ok() && stored == with.hash(encoded);
}

}  // namespace acta::internal
