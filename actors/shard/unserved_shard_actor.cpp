#include "actors/shard/unserved_shard_actor.hpp"

namespace acta::internal {

caf::behavior unserved_shard_shell::make_behavior() {
  shell::install_handlers(self_);
  return {[this](const internal::stop&) { self_->quit(); }};
}

}  // namespace acta::internal
