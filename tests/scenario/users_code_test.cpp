// What a domain throws is the failure of one aggregate, wherever it throws it; and a callback's is
// nobody's but its owner's.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/moody.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class users_code_scenario : public ::testing::Test {
protected:
  explicit users_code_scenario(options how = one_shard()) : world{std::move(how)} {}
  ~users_code_scenario() override { throws_in = place::nowhere; }

  static options one_shard() {
    auto how = in_memory();
    how.shard_count = 1;
    how.snapshot_every_events = 2;
    return how;
  }
  std::string feels(std::string_view id, std::int64_t amount) {
    auto heard = world.submit(type, id, 0, any_value::of(feel{amount}), {});
    world.run();
    return heard->outcome();
  }
  std::string reads(std::string_view id, freshness fresh = {}) {
    call_options how;
    how.fresh = fresh;
    auto heard = world.submit(type, id, std::nullopt, {}, how);
    world.run();
    return heard->outcome();
  }
  void expect_that_nobody_else_notices() {
    EXPECT_FALSE(world.engine().failed());
    EXPECT_EQ(world.metric("acta_children_restarted_total"), 0);
    EXPECT_EQ(feels("neighbour", 1), "ok");
    EXPECT_EQ(reads("neighbour"), "ok");
    world.expect_conserved();
  }
  void expect_set_aside(const std::string& command, const std::string& reason) {
    const auto all = world.set_aside();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].stream.id(), "x");
    EXPECT_EQ(all[0].command, command);
    EXPECT_NE(all[0].reason.find(reason), std::string::npos) << all[0].reason;
  }

  // Its aggregates know it until they end.
  const aggregate_type type = [] {
    auto made = describe<moody>();
    made.state_fingerprint = state_fingerprint(made);
    return made;
  }();
  simulation world;
};

/// Reads that fail do no harm to the aggregate; and are not tried for ever.
class failing_reads : public users_code_scenario, public ::testing::WithParamInterface<place> {};

TEST_P(failing_reads, are_told_and_then_set_aside_while_commands_go_on) {
  ASSERT_EQ(feels("x", unlucky), "ok");
  const throwing_in here{GetParam()};
  EXPECT_EQ(reads("x"), "domain_failed");
  EXPECT_EQ(reads("x"), "domain_failed");
  EXPECT_EQ(reads("x"), "unavailable");
  expect_set_aside("query", "an exception of unknown type");
  for (int i = 0; i < 43; ++i) {
    reads("x");
    world.pass(milliseconds{50});
  }
  expect_that_nobody_else_notices();
  EXPECT_EQ(feels("x", 1), "ok");
  world.pass(seconds{60});
  EXPECT_EQ(reads("x"), "ok") << "it shows something else now";
  EXPECT_EQ(world.metric("acta_aggregates_stopped_total", "failed"), 0);
}

INSTANTIATE_TEST_SUITE_P(in_each_place, failing_reads,
                         ::testing::Values(place::view, place::view_saved));

TEST_F(users_code_scenario, a_decision_that_throws_an_exception_without_a_text_is_told) {
  const throwing_in here{place::decide};
  EXPECT_EQ(feels("x", unlucky), "domain_failed");
  EXPECT_EQ(feels("x", unlucky), "domain_failed");
  expect_set_aside("feel", "an exception without a text");
  expect_that_nobody_else_notices();
}

TEST_F(users_code_scenario, a_state_that_cannot_be_made_fails_its_own_requests_only) {
  ASSERT_EQ(feels("neighbour", 1), "ok");
  {
    const throwing_in here{place::state_constructor};
    EXPECT_EQ(feels("x", 1), "domain_failed");
    EXPECT_EQ(feels("x", 1), "unavailable");
    EXPECT_EQ(reads("x"), "unavailable");
    expect_set_aside("", "the state's constructor threw: an exception of unknown type");
    for (int i = 0; i < 36; ++i) EXPECT_EQ(feels(std::to_string(i), 1), "domain_failed");
    expect_that_nobody_else_notices();
  }
  world.pass(seconds{2});
  EXPECT_EQ(feels("x", 1), "ok");
}

TEST_F(users_code_scenario, a_state_that_cannot_be_made_fails_those_who_come_late_alike) {
  const throwing_in here{place::state_constructor};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    simulation other{one_shard(), seed};
    std::vector<reply_ptr> heard;
    for (int i = 0; i < 3; ++i)
      heard.push_back(other.submit(type, "x", 0, any_value::of(feel{1}), {}));
    other.run();
    EXPECT_EQ(heard[0]->outcome(), "domain_failed") << "seed " << seed;
    for (const auto& one : heard)
      EXPECT_TRUE(one->outcome() == "domain_failed" || one->outcome() == "unavailable");
  }
}

TEST_F(users_code_scenario, an_event_that_cannot_be_applied_again_fails_its_own_stream_only) {
  for (const auto where : {place::apply, place::event_loaded}) {
    const auto id = std::to_string(static_cast<int>(where));
    ASSERT_EQ(feels(id, unlucky), "ok");
    world.kill(world.engine().actors().shard(0));
    world.pass(milliseconds{100});  // the second time it comes back after a wait
    const throwing_in here{where};
    EXPECT_EQ(feels(id, 1), "domain_failed");
    EXPECT_EQ(feels(id, 1), "unavailable");
    EXPECT_EQ(reads("neighbour"), where == place::apply ? "not_found" : "ok");
    EXPECT_EQ(feels("neighbour", 1), "ok");
  }
  EXPECT_FALSE(world.engine().failed());
}

TEST_F(users_code_scenario,
       a_decision_that_throws_what_is_no_exception_is_set_aside_like_any_other) {
  for (const auto where : {place::decide, place::apply, place::event_saved}) {
    const throwing_in here{where};
    const auto id = "x" + std::to_string(static_cast<int>(where));
    for (int i = 0; i < 2; ++i) {
      const auto told = feels(id, unlucky);
      EXPECT_TRUE(told == "domain_failed" || told == "dropped") << told;
    }
    EXPECT_EQ(feels(id, unlucky), "unavailable");
    EXPECT_EQ(feels(id, 1), "ok");
  }
  expect_that_nobody_else_notices();
}

TEST_F(users_code_scenario,
       a_command_that_cannot_be_written_is_refused_before_anybody_hears_of_it) {
  const throwing_in here{place::command_saved};
  EXPECT_EQ(feels("x", unlucky), "domain_failed");
  EXPECT_EQ(world.counts().admitted, 0U);
  expect_that_nobody_else_notices();
}

TEST_F(users_code_scenario, a_snapshot_that_cannot_be_taken_or_read_costs_a_replay_and_no_more) {
  {
    const throwing_in here{place::state_saved};
    for (int i = 0; i < 4; ++i) EXPECT_EQ(feels("x", unlucky), "ok");
    EXPECT_EQ(world.metric("acta_snapshots_total", "failed"), 2);
  }
  for (int i = 0; i < 2; ++i) EXPECT_EQ(feels("x", unlucky), "ok");
  EXPECT_EQ(world.metric("acta_snapshots_total", "ok"), 1);
  world.kill(world.engine().actors().shard(0));
  world.run();
  const throwing_in here{place::state_loaded};
  EXPECT_EQ(feels("x", unlucky), "ok");
  EXPECT_EQ(world.metric("acta_snapshots_ignored_total"), 1);
  EXPECT_EQ(world.metric("acta_recovered_events_total"), 6);
  EXPECT_TRUE(world.set_aside().empty());
}

TEST_F(users_code_scenario, a_request_that_is_refused_at_the_edge_never_calls_back) {
  const auto sent = world.engine().entrance().submit(type, "", 0, any_value::of(feel{1}), {},
                                                     [](const result<answer>&) { FAIL(); });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, errc::malformed);
  world.run();
}

TEST_F(users_code_scenario, callbacks_of_the_services_end_nothing_when_they_throw) {
  world.engine().parked_now([](const std::vector<parked>&) { throw 42; });
  world.engine().metrics([](const metrics_snapshot&) { throw 42; });
  world.run();
  EXPECT_EQ(world.metric("acta_callbacks_threw_total"), 2);
  expect_that_nobody_else_notices();
}

TEST_F(users_code_scenario, says_which_call_is_under_way) {
  std::vector<std::string> seen;
  ASSERT_TRUE(world.engine().entrance().submit(
      type, "x", 0, any_value::of(feel{1}), {},
      [&](const result<answer>&) { seen = world.engine().users().under_way(); }));
  world.run();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0], "the callback of feel, test.moody/x");
  EXPECT_TRUE(world.engine().users().none());
}

}  // namespace
}  // namespace acta::testing
