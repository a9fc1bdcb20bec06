// The handlers of one subscription: what its owner, its actor and its thread share.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/users_code.hpp"

namespace acta::internal {

/// Once cancelled, no handler runs any more. Any thread, where nothing else is said.
class subscriber {
public:
  using event_handler = std::function<void(const recorded_event&)>;
  using end_handler = std::function<void(const error&)>;
  explicit subscriber(event_handler handler, end_handler ended = {})
      : handler_{std::move(handler)}, told_of_end_{std::move(ended)} {}

  /// Before its actor is started. `last` counts as handled.
  void begin_after(position last);
  /// The same with the event before `first`.
  void begin_at(position first);
  /// The newest event that was handled. Waits for nobody.
  [[nodiscard]] position handled() const { return {partition_, handled_}; }
  /// Waits for a handler that is running, unless it is called from there.
  void cancel();
  /// False: no handler runs, and none will but that of the end. Waits for nobody.
  [[nodiscard]] bool active() const { return !stopped_ && (!cancelled_ || running_); }

  /// Its actor is there; `end` ends it, and is called when this is cancelled.
  void started(std::function<void()> end);
  /// Passes the events on, one after another, until this is cancelled or ending. Fails (dropped) if
  /// the handler threw. On its thread.
  result<void> handle(const std::vector<recorded_event>& events, users_code* users);
  /// Its actor ends: no further event is handled. Waits for nobody.
  void ending() { ending_ = true; }
  /// No handler runs after this. If nobody cancelled it, its owner is told why, the first time. No
  /// part of the actor is kept, since the node may be gone before this is. On its thread; or on
  /// any, if it never had one.
  void stopped(const error& why, users_code* users);
  /// Waits for nobody.
  [[nodiscard]] bool ended() const { return stopped_; }

private:
  [[nodiscard]] bool goes_on() const { return !cancelled_ && !ending_; }
  result<void> handle(const recorded_event& event);

  std::recursive_mutex mutex_;  // recursive: a handler may cancel its own subscription
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> ending_{false};
  std::atomic<bool> running_{false};  // a handler
  std::atomic<bool> stopped_{false};
  partition_id partition_{};
  std::atomic<std::uint64_t> handled_{0};
  std::function<void()> end_;
  std::optional<error> failed_;  // the handler
  event_handler handler_;
  end_handler told_of_end_;
};

}  // namespace acta::internal
