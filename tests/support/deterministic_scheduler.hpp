// CAF's deterministic scheduler: every actor runs on the thread of the test, when the test says so.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "runtime/engine/engine.hpp"

namespace acta::testing {

/// What an actor system is made with, so that its scheduler is that one.
class deterministic_scheduling : public caf::actor_system_config {
public:
  deterministic_scheduling() {
    internal::register_messages();
    set("caf.scheduler.policy", "testing");
    set("caf.logger.console.verbosity", "quiet");
    set("caf.logger.file.verbosity", "quiet");
  }
};

/// The scheduler of a system that was made with it.
inline caf::scheduler::test_coordinator& coordinator_of(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
}

}  // namespace acta::testing
