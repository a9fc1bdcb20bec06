// Reads the log for one subscriber: catches up page by page, then waits to be told of more. It
// holds one page at a time, so a slow subscriber reads later and costs nobody anything.
#pragma once

#include <mutex>

#include "actors/protocol/caf_shell.hpp"

namespace acta {

/// Shared between a subscriber and its actor: once cancelled, no handler runs any more.
class subscriber {
public:
  explicit subscriber(std::function<void(const recorded_event&)> handler)
      : handler_{std::move(handler)} {}
  /// Passes an event on. False: it was cancelled.
  bool handle(const recorded_event& event);
  /// Waits for a handler that is running, unless it is called from there.
  void cancel();

  /// Its actor is there; `end` ends it, and is called when this is cancelled.
  void started(std::function<void()> end);
  /// Its actor has ended. No part of the actor is kept, since the node may be gone before this is.
  void stopped();
  [[nodiscard]] bool ended() const;

private:
  mutable std::recursive_mutex mutex_;  // recursive: a handler may cancel its own subscription
  bool cancelled_ = false;
  bool stopped_ = false;
  std::function<void()> end_;
  std::function<void(const recorded_event&)> handler_;
};

/// What a subscription actor is started with.
struct subscription_parameters {
  journal* adapter = nullptr;  ///< Outlives the actor.
  /// Finds the journal actor of the moment, which may have been restarted.
  std::function<caf::actor()> journal_actor;
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
  void take(const log_page& read);
  void watch();

  shell::self_ptr self_;
  subscription_parameters with_;
  caf::actor watched_;  // the journal actor that is to tell of more
};

}  // namespace acta
