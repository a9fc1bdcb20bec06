// What CAF is told of a node's options.
#pragma once

#include <caf/actor_system_config.hpp>
#include <caf/thread_hook.hpp>
#include <thread>

#include "actors/base/blocking.hpp"
#include "runtime/options.hpp"

namespace acta::internal {

/// An actor that waited for an answer could wait for itself.
class mark_thread final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
  void thread_started() override { must_not_block() = "a thread that runs actors"; }
  void thread_terminates() override {}
};

class actor_configuration : public caf::actor_system_config {
public:
  /// `how` has passed check().
  explicit actor_configuration(const options& how) {
    set("caf.scheduler.max-threads",
        how.worker_threads ? how.worker_threads : std::thread::hardware_concurrency());
    // Without a bound one hot actor would keep a worker to itself.
    set("caf.scheduler.max-throughput", how.messages_per_turn);
    set("caf.scheduler.policy",
        how.scheduler == scheduler_policy::stealing ? "stealing" : "sharing");
    set("caf.logger.console.verbosity", "quiet");
    set("caf.logger.file.verbosity", "quiet");
    add_thread_hook<mark_thread>();
  }
};

}  // namespace acta::internal
