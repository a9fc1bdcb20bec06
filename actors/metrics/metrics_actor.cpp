#include "actors/metrics/metrics_actor.hpp"

namespace acta::internal {

void metrics_feed::observe(const observation& seen) {
  std::unique_lock lock{mutex_};
  if (gathered_.size() < most_gathered)
    gathered_.push_back(seen);
  else
    beyond_.observe(seen);
  if (gathered_.size() < batch_size || told_ || !metrics_) return;
  told_ = true;
  const auto metrics = metrics_;
  lock.unlock();
  shell::post(metrics, observed{});
}

void metrics_feed::take(metrics_state& into) {
  taken_.clear();
  metrics_state after;
  {
    const std::lock_guard lock{mutex_};
    told_ = false;
    std::swap(taken_, gathered_);
    if (taken_.size() == most_gathered) std::swap(after, beyond_);
  }
  for (const auto& seen : taken_) into.observe(seen);
  into.add(after);
}

void metrics_feed::connect(caf::actor metrics) {
  const std::lock_guard lock{mutex_};
  metrics_ = std::move(metrics);
  told_ = false;
}

std::size_t metrics_feed::gathered() const {
  const std::lock_guard lock{mutex_};
  return gathered_.size();
}

metrics_shell::metrics_shell(shell::self_ptr self, metrics_feed& feed,
                             std::chrono::milliseconds tick_every)
    : self_{self}, feed_{&feed}, tick_every_{tick_every} {}

caf::behavior metrics_shell::make_behavior() {
  shell::install_handlers(self_);
  shell::post_to_self_after(self_, tick_every_, tick{});
  return {
      [this](const observed&) { feed_->take(state_); },
      [this](get_metrics& asked) {
        feed_->take(state_);
        asked.done(state_.snapshot());
      },
      [this](tick&) {
        feed_->take(state_);
        shell::post_to_self_after(self_, tick_every_, tick{});
      },
  };
}

}  // namespace acta::internal
