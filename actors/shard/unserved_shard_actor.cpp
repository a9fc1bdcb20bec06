#include "actors/shard/unserved_shard_actor.hpp"

namespace acta::internal {

caf::behavior unserved_shard_shell::make_behavior() {
  shell::install_handlers(self_);
  shell::post_to_self_after(self_, with_.deadline_tick, tick{});
  return {
      [this](const internal::stop&) { self_->quit(); },
      [this](tick&) {
        with_.answer_what_is_late();
        shell::post_to_self_after(self_, with_.deadline_tick, tick{});
      },
  };
}

}  // namespace acta::internal
