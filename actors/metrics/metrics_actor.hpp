// The actor that owns every time series, and the feed that brings it observations in batches.
#pragma once

#include <mutex>

#include "actors/metrics/metrics_state.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// Gathers what is observed on any thread until the metrics actor takes it, some hundred
/// observations at a time, however many commands that is. It has at most one message under way.
/// While that actor lags, or is dead, what comes beyond `most_gathered` observations is added up
/// here, as the actor would: nothing is lost, and memory has a bound. Outlives the metrics actor
/// and all who observe.
class metrics_feed final : public observer {
public:
  /// 1.2 MB.
  static constexpr std::size_t most_gathered = 16'384;

  void observe(const observation& seen) override;
  /// Adds what has gathered to `into`, in order. One thread at a time.
  void take(metrics_state& into);
  /// From now on `metrics` is told when a batch has gathered.
  void connect(caf::actor metrics);
  /// Observations that are kept one by one.
  [[nodiscard]] std::size_t gathered() const;

private:
  static constexpr std::size_t batch_size = 512;
  mutable std::mutex mutex_;
  std::vector<observation> gathered_;
  metrics_state beyond_;  // came after them
  bool told_ = false;     // the actor knows that there is a batch
  caf::actor metrics_;
  std::vector<observation> taken_;  // take() keeps its memory
};

class metrics_shell {
public:
  /// Takes what has gathered in `feed` when it is told, every `tick_every`, and before each answer.
  metrics_shell(shell::self_ptr self, metrics_feed& feed, std::chrono::milliseconds tick_every);
  caf::behavior make_behavior();

private:
  shell::self_ptr self_;
  metrics_feed* feed_;
  std::chrono::milliseconds tick_every_;
  metrics_state state_;
};

}  // namespace acta::internal
