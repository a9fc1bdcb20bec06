#include "actors/shard/unserved_shard_actor.hpp"

namespace acta::internal {

caf::behavior unserved_shard_shell::make_behavior() {
  shell::install_handlers(self_);
  ticker_.arm();  // what the shard was asked before may still be somewhere
  return {
      [this](const internal::stop&) { self_->quit(); },
      [this](const request_waits&) { ticker_.arm(); },
      [this](tick&) { ticker_.ticked(with_.answer_what_is_late()); },
  };
}

}  // namespace acta::internal
