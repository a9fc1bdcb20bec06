#include "actors/supervisor/supervisor_actor.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

std::vector<std::string_view> names_of(const std::vector<child_specification>& children) {
  std::vector<std::string_view> names;
  for (const auto& child : children) names.push_back(child.name);
  return names;
}

}  // namespace

supervisor_shell::supervisor_shell(shell::self_ptr self, supervisor_parameters with)
    : self_{self},
      specifications_{std::move(with.children)},
      state_{with.policy, names_of(specifications_), *this},
      children_(specifications_.size()) {}

supervisor_shell::~supervisor_shell() {
  for (auto i = children_.size(); i-- > 0;) shell::stop(children_[i]);
}

caf::behavior supervisor_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg& ended) { child_ended(ended); });
  self_->set_exit_handler([this](const caf::exit_msg& told) {
    if (!why_) why_ = told.reason;
    state_.stop_all();
  });
  state_.start_all();
  return {
      [this](const restart_due& told) { state_.wait_is_over(told.index, told.round); },
      [this](const internal::stop&) { state_.stop_all(); },
  };
}

void supervisor_shell::start(std::size_t index) {
  children_[index] = specifications_[index].start();
  self_->monitor(children_[index]);
}

void supervisor_shell::is_away(std::size_t index) {
  if (specifications_[index].ended) specifications_[index].ended();
}

void supervisor_shell::wait(std::chrono::milliseconds how_long, std::size_t index,
                            std::uint64_t round) {
  shell::post_to_self_after(self_, how_long, restart_due{index, round});
}

void supervisor_shell::give_up() {
  if (why_) return;
  why_ = newest_end_ ? newest_end_ : caf::make_error(caf::sec::runtime_error, "too many restarts");
}

void supervisor_shell::child_ended(const caf::down_msg& ended) {
  const auto found = std::find_if(children_.begin(), children_.end(), [&](const caf::actor& child) {
    return child && child.id() == ended.source.id();
  });
  if (found == children_.end()) return;
  *found = nullptr;
  const auto index = static_cast<std::size_t>(found - children_.begin());
  if (!ended.reason) return state_.child_finished(index);
  newest_end_ = ended.reason;
  state_.child_ended(index);
}

}  // namespace acta::internal
