// The threads by which answers leave: those for callers' callbacks, which may block, and those for
// ways in such as HTTP. So a program whose callbacks all block still answers its clients, and shows
// its metrics.
#pragma once

#include <algorithm>

#include "runtime/engine/completion_threads.hpp"

namespace acta::internal {

/// Any thread.
class answer_exits final : public completions {
public:
  /// `tell` hears of the threads for callbacks. Throws as completion_threads.
  explicit answer_exits(completion_threads::told_of_more tell = {})
      : callbacks_{{}, std::move(tell)}, ways_in_{{.least = 1}} {}

  void post(std::span<completion_ptr> batch) override {
    const auto end = std::stable_partition(batch.begin(), batch.end(), [](const auto& one) {
      return one->exit() != answer_exit::ways_in;
    });
    if (end != batch.begin()) callbacks_.post({batch.begin(), end});
    if (end != batch.end()) ways_in_.post({end, batch.end()});
  }
  using completions::post;

  /// As completion_threads has them, for all threads.
  void stop() {
    callbacks_.stop();
    ways_in_.stop();
  }
  [[nodiscard]] bool idle() const { return callbacks_.idle() && ways_in_.idle(); }
  [[nodiscard]] const completion_threads& callbacks() const { return callbacks_; }

private:
  completion_threads callbacks_;
  completion_threads ways_in_;
};

}  // namespace acta::internal
