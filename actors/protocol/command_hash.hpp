// The hash that tells a repeat of a command from another command under the same id.
//
// It is over the command's name and its content as far as that is not what the description falls
// back on. So a command whose type gains a member with a fallback hashes as it did before: who
// repeats it across a deployment is recognised. A default that is written out and one that is left
// out, the order of members and the blanks between them make no difference either. But a member
// that gains, loses or changes its fallback is left out of one hash and not of the other when it
// equals the fallback: then a repeat across that deployment is told as another command.
#pragma once

#include "actors/ports/codec.hpp"
#include "actors/protocol/ticket.hpp"

namespace acta::internal {

struct command_weight {
  std::uint64_t hash = 0;
  std::size_t bytes = 0;  ///< Of the name and the whole content.
};

/// Hashes and weighs the command of `asked`. Fails (malformed) if it cannot be encoded.
[[nodiscard]] result<command_weight> weigh_command(const codec& with, const request& asked);

/// Whether `stored`, the hash that was kept under the same id, is of the command of `asked`, whose
/// own hash is in its metadata. Compares by the first scheme too, a hash over the whole content:
/// journals keep such hashes of commands that were sent before there was this one.
[[nodiscard]] bool is_repeat(const codec& with, const request& asked, std::uint64_t stored);

}  // namespace acta::internal
