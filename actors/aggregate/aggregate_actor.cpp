#include "actors/aggregate/aggregate_actor.hpp"

namespace acta {

aggregate_shell::aggregate_shell(shell::self_ptr self, aggregate_parameters with)
    : self_{self},
      with_{std::move(with)},
      state_{*with_.shared, *with_.type, with_.stream, with_.writer},
      started_at_{with_.shared->time->now()} {}

caf::behavior aggregate_shell::make_behavior() {
  shell::install_handlers(self_);
  recover();
  return {
      [this](admitted& asked) { take(std::move(asked.ticket)); },
      [this](recovered& found) { take_page(found); },
      // All that was in the lane is answered; what this state knows was never stored.
      [this](lane_failed&) { leave(); },
  };
}

void aggregate_shell::recover() {
  recovering_ = true;
  shell::post(self_, with_.journal,
              recover_me{state_.stream(), state_.writer(), caf::actor_cast<caf::actor>(self_),
                         state_.current().next()});
}

void aggregate_shell::take_page(recovered& found) {
  if (!found.page) return end_after(found.page.error());
  if (auto replayed = state_.replay(found.page->events); !replayed)
    return end_after(replayed.error());
  if (!found.page->complete) return recover();
  recovering_ = false;
  with_.shared->watcher->observe({happening::aggregate_recovered,
                                  with_.type->name,
                                  {},
                                  "ok",
                                  with_.shared->time->now() - started_at_,
                                  state_.current().value});
  for (auto& asked : std::exchange(waiting_, {})) take(std::move(asked));
}

void aggregate_shell::take(ticket_ptr asked) {
  if (asked->abandoned()) return;
  if (!recovering_ && state_.needs_whole_history(asked->request)) {
    state_.forget();
    recover();
  }
  if (recovering_) return waiting_.push_back(std::move(asked));
  state_.handle(*asked);
  shell::post(self_, with_.journal,
              lane_entry{state_.writer(), caf::actor_cast<caf::actor>(self_), std::move(asked)});
}

void aggregate_shell::end_after(const error& problem) {
  for (auto& asked : std::exchange(waiting_, {})) asked->answer(problem);
  leave();
}

void aggregate_shell::leave() {
  shell::post(self_, with_.journal, leave_lane{state_.stream(), state_.writer()});
  self_->quit();
}

}  // namespace acta
