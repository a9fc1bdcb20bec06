// What reaches the metrics actor while it does not run.
#include <gtest/gtest.h>

#include "actors/metrics/metrics_actor.hpp"
#include "tests/support/deterministic_scheduler.hpp"

namespace acta {

using namespace internal;
namespace {

TEST(metrics_feed, has_one_message_under_way_however_much_is_observed) {
  testing::deterministic_scheduling configuration;
  caf::actor_system system{configuration};
  auto& scheduler = testing::coordinator_of(system);
  metrics_feed feed;
  metrics_state state;
  std::size_t told = 0;
  const auto count = [&](caf::event_based_actor*) -> caf::behavior {
    return {[&](const observed&) { ++told; }};
  };
  const auto first = system.spawn(count);
  feed.connect(first);
  const auto observe = [&](std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) feed.observe({happening::cache_hit, "0"});
    scheduler.run();
  };
  observe(511);
  EXPECT_EQ(told, 0U) << "it is no batch yet";
  observe(100'000);
  EXPECT_EQ(told, 1U);
  feed.take(state);
  observe(600);
  EXPECT_EQ(told, 2U) << "it has taken the first batch";

  caf::anon_send_exit(first, caf::exit_reason::kill);
  observe(100'000);
  const auto second = system.spawn(count);
  feed.connect(second);
  observe(1);
  EXPECT_EQ(told, 3U) << "a successor is told anew";
  feed.take(state);
  caf::anon_send_exit(second, caf::exit_reason::kill);
  scheduler.run();
  for (const auto& family : state.snapshot()) {
    if (family.name != "acta_cache_hits_total") continue;
    EXPECT_EQ(family.series.at(0).value, 201'112);
  }
}

}  // namespace
}  // namespace acta
