#include "actors/shard/shard_actor.hpp"

namespace acta {

shard_shell::shard_shell(shell::self_ptr self, shard_parameters with)
    : self_{self}, with_{std::move(with)} {}

shard_shell::~shard_shell() {
  for (auto& [stream, alive] : children_) shell::end(alive.actor);
}

caf::behavior shard_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg& ended) { forget(ended); });
  shell::post_to_self_after(self_, with_.deadline_tick, tick{});
  return {
      [this](admitted& asked) { route(asked); },
      [this](tick&) {
        with_.gate->expire();
        shell::post_to_self_after(self_, with_.deadline_tick, tick{});
      },
  };
}

void shard_shell::route(admitted& asked) {
  if (asked.ticket->abandoned()) return;
  const auto& to = find_or_start(asked.ticket->request).actor;
  shell::post(self_, to, std::move(asked));
}

shard_shell::child& shard_shell::find_or_start(const request& asked) {
  const auto& stream = asked.append.stream;
  if (const auto found = children_.find(stream); found != children_.end()) return found->second;
  const writer_id writer{with_.epoch, ++*with_.started * with_.shard_count + with_.shard_index};
  auto actor = with_.start_aggregate(*asked.type, stream, writer);
  self_->monitor(actor);
  streams_.emplace(actor.id(), stream);
  return children_.emplace(stream, child{std::move(actor), asked.type}).first->second;
}

void shard_shell::forget(const caf::down_msg& ended) {
  const auto found = streams_.find(ended.source.id());
  if (found == streams_.end()) return;
  const auto ended_child = children_.find(found->second);
  // The stream's own copy of the type's name may go with the child; the type's lives on.
  with_.gate->watcher().observe({happening::aggregate_stopped,
                                 ended_child->second.type->name,
                                 {},
                                 ended.reason ? "failed" : "ended"});
  children_.erase(ended_child);
  streams_.erase(found);
}

}  // namespace acta
