#include "actors/metrics/metrics_actor.hpp"

namespace acta::internal {

void metrics_feed::observe(const observation& seen) {
  std::unique_lock lock{mutex_};
  gathered_.push_back(seen);
  if (gathered_.size() < batch_size) return;
  lock.unlock();
  flush();
}

void metrics_feed::flush() {
  std::vector<observation> batch;
  batch.reserve(batch_size);
  const std::lock_guard lock{mutex_};
  std::swap(batch, gathered_);
  // Sent under the lock, so that batches arrive in the order in which they were cut.
  if (!batch.empty()) shell::post(metrics_, observed{std::move(batch)});
}

void metrics_feed::connect(caf::actor metrics) {
  const std::lock_guard lock{mutex_};
  metrics_ = std::move(metrics);
}

metrics_shell::metrics_shell(shell::self_ptr self, metrics_feed& feed,
                             std::chrono::milliseconds tick_every)
    : self_{self}, feed_{&feed}, tick_every_{tick_every} {}

caf::behavior metrics_shell::make_behavior() {
  shell::install_handlers(self_);
  shell::post_to_self_after(self_, tick_every_, tick{});
  return {
      [this](observed& batch) {
        for (const auto& seen : batch.what) state_.observe(seen);
      },
      [this](get_metrics& asked) { asked.done(state_.snapshot()); },
      [this](tick&) {
        feed_->flush();
        shell::post_to_self_after(self_, tick_every_, tick{});
      },
  };
}

}  // namespace acta::internal
