// In the place of a shard that nobody serves here, until it is told to stop.
#pragma once

#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

class unserved_shard_shell {
public:
  explicit unserved_shard_shell(shell::self_ptr self) : self_{self} {}
  caf::behavior make_behavior();

private:
  shell::self_ptr self_;
};

}  // namespace acta::internal
