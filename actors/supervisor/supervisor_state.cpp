#include "actors/supervisor/supervisor_state.hpp"

#include <algorithm>
#include <utility>

namespace acta::internal {

void supervisor_state::start(std::size_t index) {
  runs_[index] = true;
  actors_->start(index);
  with_.watcher->observe({happening::child_started, names_[index]});
}

void supervisor_state::start_from(std::size_t first) {
  for (auto i = first; i < runs_.size(); ++i)
    if (!runs_[i]) start(i);
}

bool supervisor_state::none_runs_from(std::size_t first) const {
  return std::none_of(runs_.begin() + static_cast<std::ptrdiff_t>(first), runs_.end(),
                      [](bool runs) { return runs; });
}

void supervisor_state::child_ended(std::size_t index) {
  runs_[index] = false;
  if (stopping_) return stop_last();
  if (!restarting_from_ || index < *restarting_from_) return restart(index);
  actors_->is_away(index);
  start_rest();
}

void supervisor_state::child_finished(std::size_t index) {
  if (stopping_ || with_.strategy != restart_strategy::one_for_one) return child_ended(index);
  runs_[index] = false;
  actors_->is_away(index);
  start(index);
}

void supervisor_state::restart(std::size_t index) {
  if (!budget_.spend(with_.time->now())) {
    with_.watcher->observe({happening::supervisor_escalated, with_.name});
    actors_->give_up();
    return stop_all();
  }
  with_.watcher->observe({happening::child_restarted, names_[index]});
  actors_->is_away(index);
  ++round_;
  const auto before = budget_.spent() - 1;
  start_again(index, before == 0 ? std::chrono::milliseconds{0}
                                 : with_.delay.delay(before, with_.chance->next()));
}

void supervisor_state::start_again(std::size_t index, std::chrono::milliseconds after) {
  const bool now = after.count() == 0;
  if (!now) actors_->wait(after, index, round_);
  if (with_.strategy == restart_strategy::one_for_one) {
    if (now) start(index);
    return;
  }
  // Those started later may hold what this one left behind; all end before any starts again.
  restarting_from_ = index;
  wait_is_over_ = now;
  for (auto i = runs_.size(); i-- > index + 1;)
    if (runs_[i]) actors_->stop(i);
  start_rest();
}

void supervisor_state::wait_is_over(std::size_t index, std::uint64_t round) {
  if (stopping_) return;
  if (with_.strategy == restart_strategy::one_for_one) {
    if (!runs_[index]) start(index);
    return;
  }
  if (round != round_) return;
  wait_is_over_ = true;
  start_rest();
}

void supervisor_state::start_rest() {
  if (restarting_from_ && wait_is_over_ && none_runs_from(*restarting_from_))
    start_from(*std::exchange(restarting_from_, {}));
}

void supervisor_state::stop_all() {
  if (std::exchange(stopping_, true)) return;
  stop_last();
}

void supervisor_state::stop_last() {
  for (auto i = runs_.size(); i-- > 0;)
    if (runs_[i]) return actors_->stop(i);
  actors_->all_stopped();
}

}  // namespace acta::internal
