// Reads the log for one subscriber: catches up page by page, then waits to be told of more. It
// holds one page at a time, so a slow subscriber reads later and costs nobody memory.
#pragma once

#include <atomic>
#include <mutex>

#include "actors/ports/observer.hpp"
#include "actors/ports/users_code.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// Shared between a subscriber and its actor: once cancelled, no handler runs any more.
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
  /// Passes an event on. False: it was cancelled. Fails (dropped) if the handler threw.
  result<bool> handle(const recorded_event& event);
  /// The newest event that was handled. Waits for nobody.
  [[nodiscard]] position handled() const { return {partition_, handled_}; }
  /// Waits for a handler that is running, unless it is called from there.
  void cancel();

  /// Its actor is there; `end` ends it, and is called when this is cancelled.
  void started(std::function<void()> end);
  /// Its actor has ended; if nobody cancelled it, its owner is told why, the first time. No part of
  /// the actor is kept, since the node may be gone before this is.
  void stopped(const error& why, users_code* users);
  /// Waits for nobody.
  [[nodiscard]] bool ended() const { return stopped_; }

private:
  mutable std::recursive_mutex mutex_;  // recursive: a handler may cancel its own subscription
  bool cancelled_ = false;
  std::atomic<bool> stopped_{false};
  std::uint32_t partition_ = 0;
  std::atomic<std::uint64_t> handled_{0};
  std::function<void()> end_;
  event_handler handler_;
  end_handler told_of_end_;
};

/// What a subscription actor is started with.
struct subscription_parameters {
  journal* adapter = nullptr;  ///< Outlives the actor.
  /// Finds the journal actor of the moment, which may have been restarted.
  std::function<caf::actor()> journal_actor;
  observer* watcher = nullptr;  ///< Outlives the actor.
  users_code* users = nullptr;  ///< Outlives the actor.
  std::shared_ptr<subscriber> to;
  position from;
  std::size_t page_events = 256;
  std::chrono::milliseconds journal_restart_pause{50};
};

class subscription_shell {
public:
  subscription_shell(shell::self_ptr self, subscription_parameters with);
  ~subscription_shell();
  caf::behavior make_behavior();

private:
  void read();
  result<bool> handle(const recorded_event& event);
  void take(const log_page& read);
  void give_up(const error& why);
  void end(const error& why);
  void watch();

  shell::self_ptr self_;
  subscription_parameters with_;
  caf::actor watched_;  // the journal actor that is to tell of more
  bool reading_ = false;
};

}  // namespace acta::internal
