// Threads and policy reach the scheduler, and a node works with each of them.
#include "runtime/engine/actor_configuration.hpp"

#include <gtest/gtest.h>

#include <caf/actor_system.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/policy/work_stealing.hpp>
#include <caf/scheduler/coordinator.hpp>
#include <vector>

#include "runtime/engine/engine.hpp"
#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::add;
using testing::counter;

template <class Policy>
bool runs_by(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::coordinator<Policy>*>(&system.scheduler()) != nullptr;
}

TEST(actor_configuration, gives_the_scheduler_its_threads_and_its_policy) {
  register_messages();
  auto how = in_memory();
  how.worker_threads = 3;
  {
    actor_configuration configuration{how};
    caf::actor_system system{configuration};
    EXPECT_EQ(system.scheduler().num_workers(), 3U);
    EXPECT_TRUE(runs_by<caf::policy::work_sharing>(system)) << "unless told otherwise";
  }
  how.worker_threads = 1;
  how.scheduler = scheduler_policy::stealing;
  actor_configuration configuration{how};
  caf::actor_system system{configuration};
  EXPECT_EQ(system.scheduler().num_workers(), 1U);
  EXPECT_TRUE(runs_by<caf::policy::work_stealing>(system));
}

TEST(actor_configuration, of_every_kind_lets_a_node_answer) {
  for (const auto policy : {scheduler_policy::sharing, scheduler_policy::stealing})
    for (const std::size_t threads : {1U, 3U}) {
      auto how = in_memory();
      how.scheduler = policy;
      how.worker_threads = threads;
      node here{how};
      const auto counters = here.host<counter>();
      std::vector<pending<receipt>> answers;
      for (int i = 0; i < 100; ++i) answers.push_back(counters.send(std::to_string(i % 7), add{1}));
      for (auto& one : answers) EXPECT_TRUE(one.get().ok()) << threads;
      EXPECT_EQ(counters.get("0").get()->view.sum, 15);
    }
}

}  // namespace
}  // namespace acta
