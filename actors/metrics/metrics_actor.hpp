// The actor that owns every time series, and the feed that brings it observations in batches.
#pragma once

#include <mutex>

#include "actors/metrics/metrics_state.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// Gathers what is observed on any thread and passes it on in batches: one message per some hundred
/// observations, however many commands that is. Outlives the metrics actor and all who observe.
class metrics_feed final : public observer {
public:
  void observe(const observation& seen) override;
  /// Passes on what has gathered.
  void flush();
  /// From now on batches go to `metrics`; until the first call, and while it is dead, what is
  /// observed beyond one batch is lost and counted in no series.
  void connect(caf::actor metrics);

private:
  static constexpr std::size_t batch_size = 512;
  std::mutex mutex_;
  std::vector<observation> gathered_;
  caf::actor metrics_;
};

class metrics_shell {
public:
  /// `feed` is asked for what has gathered every `tick_every`, and before each answer.
  metrics_shell(shell::self_ptr self, metrics_feed& feed, std::chrono::milliseconds tick_every);
  caf::behavior make_behavior();

private:
  shell::self_ptr self_;
  metrics_feed* feed_;
  std::chrono::milliseconds tick_every_;
  metrics_state state_;
};

}  // namespace acta::internal
