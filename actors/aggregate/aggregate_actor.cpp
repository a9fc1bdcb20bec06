#include "actors/aggregate/aggregate_actor.hpp"

#include <new>

#include "actors/model/guard.hpp"
#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

aggregate_shell::aggregate_shell(shell::self_ptr self, aggregate_parameters with)
    : self_{self},
      with_{std::move(with)},
      state_{*with_.shared, *with_.type, with_.stream, with_.writer},
      started_at_{with_.shared->time->now()} {}

aggregate_shell::~aggregate_shell() {
  if (has_left_ || deliberate::commits("lane_not_left")) return;
  shell::post(with_.journal,
              internal::leave_lane{state_.stream(), state_.writer(), nullptr, with_.partition});
}

caf::behavior aggregate_shell::make_behavior() {
  shell::install_handlers(self_);
  recover();
  return {
      [this](admitted& asked) { take(std::move(asked.ticket)); },
      [this](recovered& found) { take_page(found); },
      [this](commands_searched& came) { take_search(came); },
      [this](internal::stop&) {
        told_to_stop_ = true;
        if (stopping_) return quit();
        if (!recovering_) leave_lane();
      },
      [this](lane_left&) { self_->quit(); },
      // All that was in the lane is answered; what this state knows was never stored.
      [this](lane_failed&) { stop(); },
  };
}

void aggregate_shell::recover() {
  recovering_ = true;
  shell::post(self_, with_.journal,
              recover_me{state_.stream(), state_.writer(), caf::actor_cast<caf::actor>(self_),
                         state_.recover_from(), with_.partition});
}

bool aggregate_shell::begin_at(const std::optional<result<snapshot>>& found) {
  if (!found) return true;
  if (found->ok() && state_.restore(**found)) return true;
  observe(happening::snapshot_ignored, found->ok() ? "another_layout" : "damaged");
  // The events are the truth. Those after a snapshot are of no use without it.
  return !found->ok();
}

void aggregate_shell::take_page(recovered& found) {
  if (stopping_) return;  // its lane failed while it read
  if (!found.page) return stop_after(found.page.error());
  if (!begin_at(found.page->snapshot)) return recover();
  if (auto replayed = state_.replay(found.page->events); !replayed)
    return stop_after(replayed.error());
  tell_weight();
  if (!found.page->complete) return recover();
  look_back_or_begin();
}

void aggregate_shell::look_back_or_begin() {
  if (const auto search = state_.look_back()) return ask_journal(*search);
  state_.end_recovery();
  begin();
}

void aggregate_shell::begin() {
  recovering_ = false;
  with_.shared->watcher->observe({happening::aggregate_recovered,
                                  with_.type->name,
                                  {},
                                  "ok",
                                  with_.shared->time->now() - started_at_,
                                  state_.replayed()});
  show_recovery(nullptr);
  for (auto& asked : std::exchange(waiting_, {})) take(std::move(asked));
  if (told_to_stop_ && !recovering_ && !stopping_) leave_lane();
}

void aggregate_shell::show_recovery(const error* problem) const {
  for (const auto& asked : waiting_)
    if (auto* trace = asked->request.trace.get())
      trace->show_part("recover", started_at_, trace->now(),
                       {{"acta.events_replayed", static_cast<std::int64_t>(state_.replayed())}},
                       problem ? problem->detail : std::string{});
}

void aggregate_shell::take(ticket_ptr asked) {
  if (asked->abandoned()) return;
  if (stopping_ && problem_) return asked->answer(*problem_);
  if (stopping_) return hand_back(std::move(asked));
  if (recovering_) return waiting_.push_back(std::move(asked));
  look_up({std::move(asked)});
}

void aggregate_shell::look_up(lookup one) {
  const auto search = state_.search_for(one.asked->request, one.so_far);
  if (!search) return handle(std::move(one.asked));
  if (search_) return lookups_.push_back(std::move(one));
  // To look at one event is a read like any other; to look through a history is not.
  const bool long_search = search->since != timestamp::max();
  if (long_search && !one.permit && with_.shared->searches) {
    one.permit = with_.shared->searches->take();
    if (!one.permit)
      return one.asked->answer(
          error{errc::overloaded, "too many histories are being searched at once"});
  }
  if (const auto* trace = one.asked->request.trace.get()) one.asked_journal_at = trace->now();
  lookups_.push_back(std::move(one));
  ask_journal(*search);
}

void aggregate_shell::ask_journal(const command_search& search) {
  search_ = search;
  shell::post(self_, with_.journal,
              search_commands{search, caf::actor_cast<caf::actor>(self_), with_.partition});
}

void aggregate_shell::take_search(commands_searched& came) {
  if (stopping_ || !search_) return;  // what it was for was handed back
  if (!recovering_) return take_lookup(came.outcome);
  if (!came.outcome) return stop_after(came.outcome.error());
  state_.take_look_back(*std::exchange(search_, {}), *came.outcome);
  look_back_or_begin();
}

void aggregate_shell::take_lookup(const result<search_result>& outcome) {
  const auto search = *std::exchange(search_, {});
  auto one = std::move(lookups_.front());
  lookups_.pop_front();
  auto waiting = std::exchange(lookups_, {});
  if (auto* trace = one.asked->request.trace.get())
    trace->show_part("search", one.asked_journal_at, trace->now(), {},
                     outcome ? std::string{} : outcome.error().detail);
  if (!outcome)
    one.asked->answer(outcome.error());
  else if (state_.take_search(*one.asked, search, *outcome, one.so_far))
    hand_on(std::move(one.asked));
  else
    look_up(std::move(one));
  // What the search passed may be all that the others wanted to know.
  for (auto& next : waiting)
    if (stopping_)
      hand_back(std::move(next.asked));
    else
      look_up(std::move(next));
}

void aggregate_shell::hand_back_lookups() {
  search_.reset();
  for (auto& one : std::exchange(lookups_, {})) hand_back(std::move(one.asked));
}

void aggregate_shell::handle(ticket_ptr asked) {
  if (asked->abandoned()) return;
  if (auto* trace = asked->request.trace.get())
    trace->enter(asked->request.command_index ? "decide" : "view", trace->now());
  const bool handled = catching_all(
      [&] {
        state_.handle(*asked);
        return true;
      },
      [&] {
        const auto why = thrown_error("it");
        // Want of memory is nobody's mistake: with more of it the same command may succeed.
        const bool memory = why.code == errc::unavailable;
        fail(*asked, why.code, memory ? why.detail : thrown_text());
        return false;
      });
  if (!handled) return;
  if (!asked->request.command_index && !asked->sealed &&
      asked->sealed.error().code == errc::domain_failed)
    shell::post(self_, with_.shard, read_failed{state_.stream(), asked->sealed.error().detail});
  hand_on(std::move(asked));
  if (state_.snapshot_due(false)) keep_snapshot();
  if (state_.weight().may_have_changed()) tell_weight();
}

void aggregate_shell::hand_on(ticket_ptr asked) {
  asked->request.append.partition = with_.partition;
  if (auto* trace = asked->request.trace.get())
    trace->enter(asked->request.append.events.empty() ? "hold" : "append", trace->now());
  shell::post(self_, with_.journal,
              lane_entry{state_.writer(), caf::actor_cast<caf::actor>(self_), std::move(asked)});
}

void aggregate_shell::keep_snapshot() {
  auto taken = state_.take_snapshot();
  observe(happening::snapshot_taken, taken ? "ok" : "failed");
  if (!taken && !std::exchange(snapshot_failed_, true) && with_.shared->snapshot_failed)
    with_.shared->snapshot_failed(state_.stream(), taken.error());
  if (taken)
    shell::post(
        self_, with_.journal,
        save_snapshot{state_.stream(), state_.writer(), *std::move(taken), with_.partition});
  tell_weight();
}

void aggregate_shell::tell_weight() {
  if (const auto bytes = state_.weight().change())
    shell::post(self_, with_.shard, weighs{state_.writer(), *bytes});
}

void aggregate_shell::hand_back(ticket_ptr asked) {
  shell::post(self_, with_.shard, handed_back{state_.writer(), std::move(asked)});
}

void aggregate_shell::fail(ticket& asked, errc code, const std::string& what) {
  const auto& metadata = asked.request.append.metadata;
  command_identity killer{std::string{asked.request.name()}, metadata.command_id,
                          metadata.command_hash};
  asked.lose({code, killer.command + " made its aggregate fail, and had no effect: " + what}, what);
  stop(aggregate_failure{std::move(killer), false, what});
}

void aggregate_shell::stop_after(const error& problem) {
  show_recovery(&problem);
  for (auto& asked : std::exchange(waiting_, {})) asked->answer(problem);
  if (problem.code != errc::damaged && problem.code != errc::domain_failed) return stop();
  problem_ = problem;
  stop(aggregate_failure{std::nullopt, true, problem.detail});
}

void aggregate_shell::leave_lane() {
  hand_back_lookups();
  if (state_.snapshot_due(true)) keep_snapshot();
  has_left_ = true;
  shell::post(self_, with_.journal,
              internal::leave_lane{state_.stream(), state_.writer(),
                                   caf::actor_cast<caf::actor>(self_), with_.partition});
}

void aggregate_shell::stop(std::optional<aggregate_failure> why) {
  if (stopping_) return;
  stopping_ = true;
  failure_ = std::move(why);
  // Older than all that is handed back from now on.
  for (auto& asked : std::exchange(waiting_, {})) hand_back(std::move(asked));
  hand_back_lookups();
  // If it was asked to leave, the last has come.
  if (told_to_stop_) return quit();
  shell::post(self_, with_.shard, stopping{state_.writer()});
}

void aggregate_shell::quit() {
  if (failure_) return shell::quit_failed(self_, *std::move(failure_));
  self_->quit();
}

void aggregate_shell::observe(happening what, std::string_view outcome) const {
  with_.shared->watcher->observe({what, with_.type->name, {}, outcome});
}

}  // namespace acta::internal
