#include "actors/shard/shard_actor.hpp"

namespace acta::internal {

shard_shell::shard_shell(shell::self_ptr self, shard_parameters with)
    : self_{self},
      with_{std::move(with)},
      state_{with_.shared, *this},
      deadlines_{self, with_.shared.deadline_tick},
      idle_{self, state_.looks_for_idle_every()} {}

shard_shell::~shard_shell() {
  state_.for_each_actor([](const caf::actor& one) { shell::stop(one); });
}

caf::behavior shard_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg& ended) { child_stopped(ended); });
  deadlines_.arm();  // what its predecessor was asked may still be somewhere
  return {
      [this](admitted& asked) {
        deadlines_.arm();
        state_.route(std::move(asked.ticket));
      },
      [this](const internal::stop&) {
        deadlines_.arm();
        state_.leave();
      },
      [this](const stopping& told) { state_.stopping(told.who); },
      [this](handed_back& what) { state_.take_back(what.who, std::move(what.ticket)); },
      [this](const weighs& told) { state_.weighs(told.who, told.bytes); },
      [this](const read_failed& told) {
        deadlines_.arm();
        state_.read_has_failed(told);
      },
      [this](const list_parked& asked) { asked.done(state_.list_parked()); },
      [this](tick&) {
        state_.answer_what_is_late();
        state_.lose_weight();
        deadlines_.ticked(state_.may_be_late());
      },
      [this](look_for_idle&) {
        state_.passivate_idle();
        idle_.ticked(!state_.empty());
      },
  };
}

caf::actor shard_shell::start(const aggregate_type& type, const stream_id& stream,
                              writer_id writer) {
  auto started = with_.start_aggregate(type, stream, writer, caf::actor_cast<caf::actor>(self_));
  self_->monitor(started);
  writers_.emplace(started.id(), writer);
  idle_.arm();
  return started;
}

void shard_shell::hand_on(const caf::actor& to, ticket_ptr asked) {
  shell::post(self_, to, admitted{std::move(asked)});
}

void shard_shell::stop(const caf::actor& which) { shell::post(self_, which, internal::stop{}); }

void shard_shell::child_stopped(const caf::down_msg& ended) {
  const auto found = writers_.find(ended.source.id());
  if (found == writers_.end()) return;
  const auto writer = found->second;
  writers_.erase(found);
  deadlines_.arm();
  std::optional<aggregate_failure> why;
  if (ended.reason) {
    const auto* told = shell::failure_in<aggregate_failure>(ended.reason);
    why = told ? *told : aggregate_failure{std::nullopt, false, to_string(ended.reason)};
  }
  state_.stopped(writer, why);
}

}  // namespace acta::internal
