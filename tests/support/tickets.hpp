// Tickets for tests of what works on them: where they get their credit, and what their callers
// hear.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/protocol/ticket.hpp"

namespace acta::testing {

/// The gate of a node with one shard, which has all of its credits. `exit` may be null: whoever has
/// an answer calls back.
inline std::shared_ptr<internal::admission> only_gate(std::uint64_t requests, std::uint64_t bytes,
                                                      const internal::clock& time,
                                                      internal::observer& watcher,
                                                      internal::completions* exit = nullptr) {
  return std::make_shared<internal::admission>(
      std::make_shared<internal::node_credits>(requests, bytes, 1), time, watcher,
      internal::admission::told_of_lost{}, nullptr, exit);
}

/// A callback that adds `name:version`, or `name:error`, to `heard`.
inline internal::answered told_to(std::vector<std::string>& heard, std::string name) {
  return [&heard, name = std::move(name)](const result<internal::answer>& outcome) {
    heard.push_back(name + ":" +
                    (outcome.ok() ? std::to_string(outcome->version.value)
                                  : std::string{to_string(outcome.error().code)}));
  };
}

}  // namespace acta::testing
