// Stands in for a shard that nobody serves here, until it is told to stop. Requests for the shard
// wait in the registry; this actor answers those whose deadline passes. The registry tells it of
// the first request that waits; while none waits, it does nothing.
#pragma once

#include <functional>

#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What the actor is started with.
struct unserved_shard_parameters {
  /// Called each `deadline_tick`, until it returns that nothing is left that could be late.
  std::function<bool()> answer_what_is_late;
  std::chrono::milliseconds deadline_tick{50};
};

class unserved_shard_shell {
public:
  unserved_shard_shell(shell::self_ptr self, unserved_shard_parameters with)
      : with_{std::move(with)}, self_{self}, ticker_{self, with_.deadline_tick} {}
  caf::behavior make_behavior();

private:
  unserved_shard_parameters with_;
  shell::self_ptr self_;
  shell::ticker<tick> ticker_;
};

}  // namespace acta::internal
