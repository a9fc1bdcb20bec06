#include "actors/supervisor/supervisor_actor.hpp"

#include <algorithm>

namespace acta::internal {

supervisor_shell::supervisor_shell(shell::self_ptr self, supervisor_parameters with)
    : self_{self},
      with_{std::move(with)},
      budget_{with_.policy},
      children_(with_.children.size()) {}

supervisor_shell::~supervisor_shell() {
  for (auto i = children_.size(); i-- > 0;) shell::stop(children_[i]);
}

caf::behavior supervisor_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg& ended) { child_ended(ended); });
  self_->set_exit_handler([this](const caf::exit_msg& told) { stop_all(told.reason); });
  start_from(0);
  return {[this](const restart_due& told) { due(told); }};
}

void supervisor_shell::start(std::size_t index) {
  children_[index] = with_.children[index].start();
  self_->monitor(children_[index]);
  with_.watcher->observe({happening::child_started, with_.children[index].name});
}

void supervisor_shell::start_from(std::size_t first) {
  for (auto i = first; i < children_.size(); ++i)
    if (!children_[i]) start(i);
}

bool supervisor_shell::none_runs_from(std::size_t first) const {
  return std::none_of(children_.begin() + static_cast<std::ptrdiff_t>(first), children_.end(),
                      [](const caf::actor& child) { return static_cast<bool>(child); });
}

void supervisor_shell::child_ended(const caf::down_msg& ended) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const caf::actor& child) {
    return child && child.id() == ended.source.id();
  });
  if (found == children_.end()) return;
  *found = nullptr;
  const auto index = static_cast<std::size_t>(found - children_.begin());
  if (stopping_) return stop_last();
  if (!restarting_from_ || index < *restarting_from_) return restart(index, ended.reason);
  if (with_.children[index].ended) with_.children[index].ended();
  start_rest();
}

void supervisor_shell::restart(std::size_t index, const caf::error& why) {
  if (!budget_.spend(with_.time->now())) {
    with_.watcher->observe({happening::supervisor_escalated, with_.name});
    return stop_all(why ? why : caf::make_error(caf::sec::runtime_error, "too many restarts"));
  }
  with_.watcher->observe({happening::child_restarted, with_.children[index].name});
  if (with_.children[index].ended) with_.children[index].ended();
  ++round_;
  const auto before = budget_.spent() - 1;
  start_again(index, before == 0 ? std::chrono::milliseconds{0}
                                 : with_.delay.delay(before, with_.chance->next()));
}

void supervisor_shell::start_again(std::size_t index, std::chrono::milliseconds after) {
  const bool now = after.count() == 0;
  if (!now) shell::post_to_self_after(self_, after, restart_due{index, round_});
  if (with_.strategy == restart_strategy::one_for_one) {
    if (now) start(index);
    return;
  }
  // Those started later may hold what this one left behind; all end before any starts again.
  restarting_from_ = index;
  wait_is_over_ = now;
  for (auto i = children_.size(); i-- > index + 1;) shell::stop(children_[i]);
  start_rest();
}

void supervisor_shell::due(const restart_due& told) {
  if (stopping_) return;
  if (with_.strategy == restart_strategy::one_for_one) {
    if (!children_[told.index]) start(told.index);
    return;
  }
  if (told.round != round_) return;
  wait_is_over_ = true;
  start_rest();
}

void supervisor_shell::start_rest() {
  if (restarting_from_ && wait_is_over_ && none_runs_from(*restarting_from_))
    start_from(*std::exchange(restarting_from_, {}));
}

void supervisor_shell::stop_all(caf::error why) {
  if (stopping_) return;
  stopping_ = std::move(why);
  stop_last();
}

void supervisor_shell::stop_last() {
  for (auto i = children_.size(); i-- > 0;)
    if (children_[i]) return shell::stop(children_[i]);
  self_->quit(*stopping_);
}

}  // namespace acta::internal
