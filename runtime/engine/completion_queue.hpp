// Which answer leaves next: in order within a stream, and past the streams whose callback runs.
// No thread and no lock: threads come in as places, and time as an argument.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "actors/ports/completions.hpp"

namespace acta::internal {

class completion_queue {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes the answers of `batch`, which come in at `now`.
  void push(std::span<completion_ptr> batch, time_point now);

  /// An answer that is to complete, and the place that its stream has until finish().
  struct job {
    completion_ptr what;
    std::size_t place = 0;
  };
  /// The next answer, which may complete beside all that do; null: there is none. Those that it
  /// passes, since their streams run already, wait behind their streams.
  [[nodiscard]] std::optional<job> next();
  /// The answer at this place has completed. Returns the next of its stream, which has the place
  /// from then on; null: there is none, and the place is free.
  [[nodiscard]] completion_ptr finish(std::size_t place);

  /// Nothing waits and nothing completes.
  [[nodiscard]] bool idle() const { return waiting_.empty() && running() == 0; }
  /// How many complete.
  [[nodiscard]] std::size_t running() const { return running_; }
  /// Whether next() may find something.
  [[nodiscard]] bool waits() const { return !waiting_.empty(); }
  /// Since when the oldest answer has waited for a thread; nothing: none waits for one.
  [[nodiscard]] std::optional<time_point> waits_since() const;
  /// That answer. Only if there is one.
  [[nodiscard]] const completion& oldest() const { return *waiting_.front().what; }

private:
  struct entry {
    completion_ptr what;
    time_point since;
  };
  struct place {
    completion_ptr completes;
    std::deque<completion_ptr> behind;  // of the same stream
  };
  [[nodiscard]] place* find(const stream_id& stream);
  std::size_t find_free_place();

  std::deque<entry> waiting_;
  std::vector<place> places_;
  std::size_t running_ = 0;
};

}  // namespace acta::internal
