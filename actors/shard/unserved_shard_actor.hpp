// Stands in for a shard that nobody serves here, until it is told to stop. Requests for the shard
// wait in the registry; this actor answers those whose deadline passes.
#pragma once

#include <functional>

#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What the actor is started with.
struct unserved_shard_parameters {
  std::function<void()> answer_what_is_late;  ///< Called each `deadline_tick`.
  std::chrono::milliseconds deadline_tick{50};
};

class unserved_shard_shell {
public:
  unserved_shard_shell(shell::self_ptr self, unserved_shard_parameters with)
      : self_{self}, with_{std::move(with)} {}
  caf::behavior make_behavior();

private:
  shell::self_ptr self_;
  unserved_shard_parameters with_;
};

}  // namespace acta::internal
