// The actor of a subscription: reads the log, as its state says, and hands each page to the thread
// of the handlers.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "actors/journal/log_reader_state.hpp"
#include "actors/journal/subscriber.hpp"
#include "actors/ports/handler_threads.hpp"
#include "actors/ports/observer.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta::internal {

/// What a subscription actor is started with.
struct subscription_parameters {
  journal* adapter = nullptr;  ///< Outlives the actor.
  /// Finds the journal actor of the moment, which may have been restarted.
  std::function<caf::actor()> journal_actor;
  observer* watcher = nullptr;  ///< Outlives the actor.
  users_code* users = nullptr;  ///< Outlives the thread.
  std::shared_ptr<subscriber> to;
  std::unique_ptr<handler_thread> thread;
  position from;
  std::size_t page_events = 256;
  std::chrono::milliseconds journal_restart_pause{50};
};

class subscription_shell : private log_reading {
public:
  subscription_shell(shell::self_ptr self, subscription_parameters with);
  subscription_shell(const subscription_shell&) = delete;
  subscription_shell& operator=(const subscription_shell&) = delete;
  ~subscription_shell() override;
  caf::behavior make_behavior();

private:
  void read(position from) override;
  void handle(std::vector<recorded_event> events) override;
  void watch(position after) override;
  void pause() override;
  void end(const error& why) override;
  void tell_end(const error& why);

  shell::self_ptr self_;
  subscription_parameters with_;
  log_reader_state state_;
  caf::actor watched_;  // the journal actor that is to tell of more
};

}  // namespace acta::internal
