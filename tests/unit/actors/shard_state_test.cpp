// Where a shard sends each request, and which aggregates it starts and stops, without actors.
#include "actors/shard/shard_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

/// A shard of two aggregates at most, and what it did, in order.
class shard_state_test : public ::testing::Test, protected aggregate_actors {
protected:
  ~shard_state_test() override = default;
  caf::actor start(const aggregate_type&, const stream_id& stream, writer_id writer) override {
    did.push_back("start " + std::string{stream.id()});
    newest = writer;
    return {};
  }
  void hand_on(const caf::actor&, ticket_ptr asked) override {
    did.push_back("hand on " + asked->request.append.metadata.command_id);
    handed_on.push_back(std::move(asked));
  }
  void stop(const caf::actor&) override { did.push_back("stop"); }
  void give_back(ticket_ptr asked) override {
    did.push_back("give back " + asked->request.append.metadata.command_id);
    handed_on.push_back(std::move(asked));
  }
  void all_stopped() override { did.push_back("all stopped"); }

  ticket_ptr command(std::string id, const std::string& name) {
    request asked;
    asked.type = &type;
    asked.command_index = 0;
    asked.deadline = time.now() + 1h;
    asked.append.stream = stream_id{"test.counter", id};
    asked.append.metadata.command_id = name;
    return ticket::admit(gate, std::move(asked), [this, name](result<answer> got) {
      did.push_back(name + ": " + std::string{got.ok() ? "ok" : to_string(got.error().code)});
    });
  }
  /// What was done since the last call.
  std::vector<std::string> done() { return std::exchange(did, {}); }
  shard_environment environment() {
    shard_environment with;
    with.gate = gate;
    with.chance = &chance;
    with.epoch = 7;
    with.started = std::make_shared<std::uint64_t>(0);
    with.shard_index = 3;
    with.shard_count = 16;
    with.residence = {60s, 1s};
    with.live = &live;
    with.live_bytes = &live_bytes;
    return with;
  }
  static aggregate_failure failure(bool unrecoverable) {
    return {std::nullopt, unrecoverable, "a test"};
  }

  aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::seeded_random chance{1};
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(1000, 1 << 20, time, watcher);
  std::vector<std::string> did;
  std::vector<ticket_ptr> handed_on;
  writer_id newest;
  budget live{2, 1};
  budget live_bytes{100 * least_weight, 1};
  shard_state shard{environment(), *this};
};

TEST_F(shard_state_test, starts_an_aggregate_for_its_first_request_and_knows_it_then) {
  shard.route(command("x", "1"));
  shard.route(command("x", "2"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 1", "hand on 2"));
  shard.route(command("y", "3"));
  EXPECT_THAT(done(), ElementsAre("start y", "hand on 3"));
}

TEST_F(shard_state_test, gives_each_aggregate_an_incarnation_that_no_other_shard_gives) {
  shard.route(command("x", "1"));
  const auto first = newest;
  shard.route(command("y", "2"));
  EXPECT_EQ(first.epoch, 7U);
  EXPECT_EQ(first.incarnation % 16, 3U);
  EXPECT_EQ(newest.incarnation, first.incarnation + 16);
}

TEST_F(shard_state_test, keeps_what_comes_for_one_that_is_stopping_behind_what_it_gives_back) {
  shard.route(command("x", "1"));
  const auto first = newest;
  shard.stopping(first);
  shard.stopping(first);
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 1", "stop"));
  shard.route(command("x", "3"));
  shard.take_back(first, command("x", "2"));
  EXPECT_THAT(done(), IsEmpty());
  shard.stopped(first, {});
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 2", "hand on 3"));
  EXPECT_NE(newest, first);
}

TEST_F(shard_state_test, routes_anew_what_comes_back_from_one_that_it_knows_no_more) {
  shard.route(command("x", "1"));
  const auto first = newest;
  shard.stopped(first, {});
  shard.stopped(first, {});
  done();
  shard.take_back(first, command("x", "2"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 2"));
}

TEST_F(shard_state_test, stops_one_that_nobody_asks_to_make_room_for_another) {
  shard.route(command("x", "1"));
  shard.route(command("y", "2"));
  shard.route(command("z", "3"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 1", "start y", "hand on 2", "3: overloaded"));
  time.advance(2s);
  shard.route(command("y", "4"));
  shard.route(command("z", "5"));
  EXPECT_THAT(done(), ElementsAre("hand on 4", "stop", "start z", "hand on 5"));
  EXPECT_EQ(watcher.count(happening::aggregate_passivated), 1U);
  shard.route(command("x", "6"));
  EXPECT_THAT(done(), IsEmpty()) << "x is stopping";
}

TEST_F(shard_state_test, has_what_others_leave_and_stops_none_of_theirs) {
  budget node{8, 2};  // each may always have one
  auto with = environment();
  with.live = &node;
  shard_state busy{with, *this};
  shard_state other{with, *this};
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) busy.route(command(id, id));
  done();
  busy.route(command("h", "1"));
  other.route(command("x", "2"));
  other.route(command("y", "3"));
  EXPECT_THAT(done(), ElementsAre("1: overloaded", "start x", "hand on 2", "3: overloaded"));
  time.advance(2s);
  other.route(command("y", "4"));
  EXPECT_THAT(done(), ElementsAre("stop", "start y", "hand on 4"));
  EXPECT_EQ(node.used(), 8U);
  busy.route(command("h", "5"));
  EXPECT_THAT(done(), ElementsAre("stop", "start h", "hand on 5"));
}

TEST_F(shard_state_test,
       gives_back_to_the_node_what_it_had_for_those_that_stop_die_or_end_with_it) {
  {
    auto with = environment();
    budget node{8, 1};
    with.live = &node;
    shard_state ends{with, *this};
    ends.route(command("x", "1"));
    ends.stopped(newest, failure(false));
    EXPECT_EQ(node.used(), 0U);
    ends.route(command("y", "2"));
    const auto y = newest;
    ends.stopping(y);
    EXPECT_EQ(node.used(), 0U);
    ends.stopped(y, {});
    EXPECT_EQ(node.used(), 0U);
    ends.route(command("z", "3"));
    ends.leave();
    EXPECT_EQ(node.used(), 0U);
  }
  shard.route(command("x", "4"));
  EXPECT_EQ(live.used(), 1U);
  {
    shard_state of_the_next_life{environment(), *this};
    of_the_next_life.route(command("y", "5"));
  }
  EXPECT_EQ(live.used(), 1U);
}

/// A shard of many aggregates that may weigh eight times the least together.
class heavy_shard_test : public shard_state_test {
protected:
  heavy_shard_test() {
    for (const char* id : {"a", "b", "c"}) {
      heavy.route(command(id, id));
      writers.push_back(newest);
    }
    done();
  }
  shard_environment many() {
    auto with = environment();
    with.live = &most;
    with.live_bytes = &weight;
    return with;
  }
  budget most{1'000, 2};
  budget weight{8 * least_weight, 2};  // each may always have one of the least weight
  shard_state heavy{many(), *this};
  std::vector<writer_id> writers;
};

TEST_F(heavy_shard_test, counts_the_least_weight_until_it_is_told_more) {
  EXPECT_EQ(weight.used(), 3 * least_weight);
  heavy.weighs(writers[0], 10);
  EXPECT_EQ(weight.used(), 3 * least_weight);
  heavy.weighs(writers[0], 3 * least_weight);
  EXPECT_EQ(weight.used(), 5 * least_weight);
  heavy.weighs(writers[0], 2 * least_weight);
  EXPECT_EQ(weight.used(), 4 * least_weight);
}

TEST_F(heavy_shard_test, refuses_a_new_one_for_which_the_weight_leaves_no_room) {
  heavy.weighs(writers[0], 5 * least_weight);
  heavy.route(command("d", "1"));
  EXPECT_THAT(done(), ElementsAre("1: overloaded")) << "one is the other shard's";
  EXPECT_EQ(most.used(), 3U);
  shard_state other{many(), *this};
  other.route(command("x", "2"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 2"));
  heavy.weighs(writers[0], 4 * least_weight);
  heavy.route(command("d", "3"));
  EXPECT_THAT(done(), ElementsAre("start d", "hand on 3"));
}

TEST_F(heavy_shard_test, stops_idle_ones_until_a_new_one_has_room) {
  time.advance(2s);
  heavy.route(command("c", "1"));
  heavy.weighs(writers[2], 7 * least_weight);  // two more than there are
  done();
  heavy.route(command("d", "2"));
  EXPECT_THAT(done(), ElementsAre("stop", "stop", "2: overloaded"));
  EXPECT_EQ(weight.used(), 7 * least_weight);
  time.advance(2s);
  heavy.route(command("d", "3"));
  EXPECT_THAT(done(), ElementsAre("stop", "start d", "hand on 3"));
  EXPECT_EQ(weight.used(), least_weight);
}

TEST_F(heavy_shard_test, that_is_overdrawn_stops_idle_ones_also_if_nobody_comes) {
  heavy.weighs(writers[1], 7 * least_weight);
  heavy.passivate_idle();
  EXPECT_THAT(done(), IsEmpty()) << "all were asked just now";
  time.advance(2s);
  heavy.route(command("b", "1"));
  done();
  heavy.lose_weight();
  EXPECT_THAT(done(), ElementsAre("stop", "stop"));
  EXPECT_EQ(weight.used(), 7 * least_weight);
  heavy.passivate_idle();
  EXPECT_THAT(done(), IsEmpty()) << "what is left fits";
}

TEST_F(heavy_shard_test, within_its_reserve_stops_none_for_what_another_overdrew) {
  shard_state other{many(), *this};
  other.route(command("x", "1"));
  heavy.weighs(writers[0], 20 * least_weight);
  time.advance(2s);
  done();
  other.passivate_idle();
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(heavy_shard_test, gives_the_weight_back_with_who_had_it) {
  heavy.weighs(writers[0], 20 * least_weight);
  heavy.stopping(writers[0]);
  EXPECT_EQ(weight.used(), 2 * least_weight);
  heavy.weighs(writers[0], 30 * least_weight);
  heavy.stopped(writers[0], {});
  heavy.weighs(writers[0], 30 * least_weight);
  EXPECT_EQ(weight.used(), 2 * least_weight) << "it is on its way out, or gone";
  heavy.weighs(writers[1], 20 * least_weight);
  heavy.stopped(writers[1], failure(false));
  EXPECT_EQ(weight.used(), least_weight);
  {
    shard_state dies{many(), *this};
    dies.route(command("x", "1"));
    dies.weighs(newest, 20 * least_weight);
  }
  EXPECT_EQ(weight.used(), least_weight);
  time.advance(61s);
  for (int i = 0; i < 10; ++i) heavy.passivate_idle();
  EXPECT_EQ(weight.used(), 0U);
  EXPECT_EQ(most.used(), 0U);
}

TEST_F(shard_state_test, stops_those_that_nobody_asked_for_the_idle_time) {
  shard.route(command("x", "1"));
  time.advance(59s);
  shard.route(command("y", "2"));
  done();
  for (int i = 0; i < 10; ++i) shard.passivate_idle();
  EXPECT_THAT(done(), IsEmpty());
  time.advance(2s);
  for (int i = 0; i < 10; ++i) shard.passivate_idle();
  EXPECT_THAT(done(), ElementsAre("stop"));
}

TEST_F(shard_state_test, sets_aside_what_cannot_be_recovered_and_answers_what_waited_for_it) {
  shard.route(command("x", "1"));
  const auto first = newest;
  shard.stopping(first);
  shard.route(command("x", "2"));
  done();
  shard.stopped(first, failure(true));
  EXPECT_THAT(done(), ElementsAre("2: unavailable"));
  ASSERT_EQ(shard.list_parked().size(), 1U);
  EXPECT_EQ(shard.list_parked()[0].stream.id(), "x");
  shard.route(command("y", "3"));
  EXPECT_THAT(done(), ElementsAre("start y", "hand on 3"));
  time.advance(1h);
  shard.route(command("x", "4"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 4"));
}

TEST_F(shard_state_test, starts_a_successor_after_a_failure_that_may_pass) {
  shard.route(command("x", "1"));
  shard.stopped(newest, failure(false));
  shard.route(command("x", "2"));
  EXPECT_THAT(done(), ElementsAre("start x", "hand on 1", "start x", "hand on 2"));
  EXPECT_EQ(watcher.count(happening::aggregate_stopped), 1U);
}

TEST_F(shard_state_test, leaves_behind_its_aggregates_and_gives_back_what_they_did_not_begin_with) {
  shard.route(command("x", "1"));
  const auto x = newest;
  shard.route(command("y", "2"));
  const auto y = newest;
  shard.stopping(x);
  shard.route(command("x", "4"));
  done();
  shard.leave();
  shard.leave();
  EXPECT_THAT(done(), ElementsAre("stop")) << "x is stopping already";
  shard.route(command("z", "5"));
  EXPECT_THAT(done(), ElementsAre("give back 5"));
  shard.take_back(x, command("x", "3"));
  shard.stopped(x, {});
  EXPECT_THAT(done(), ElementsAre("give back 3", "give back 4"));
  shard.stopped(y, failure(false));
  EXPECT_THAT(done(), ElementsAre("all stopped"));
  shard.take_back(y, command("y", "6"));
  EXPECT_THAT(done(), ElementsAre("give back 6"));
}

TEST_F(shard_state_test, leaves_at_once_when_it_holds_nothing_and_answers_loads_itself) {
  shard.leave();
  EXPECT_THAT(done(), ElementsAre("all stopped"));
  auto load = command("x", "1");
  load->request.load = true;
  shard.route(std::move(load));
  EXPECT_THAT(done(), ElementsAre("1: unavailable"));
}

TEST_F(shard_state_test, answers_what_is_late) {
  auto late = command("x", "1");
  shard.route(std::move(late));
  done();
  time.advance(2h);
  shard.answer_what_is_late();
  EXPECT_THAT(done(), ::testing::Contains("1: deadline_exceeded"));
}

TEST_F(shard_state_test, that_has_nothing_needs_no_ticks) {
  EXPECT_FALSE(shard.may_be_late());
  EXPECT_TRUE(shard.empty());
  shard.route(command("x", "1"));
  EXPECT_TRUE(shard.may_be_late());
  EXPECT_FALSE(shard.empty());
  handed_on.clear();
  EXPECT_FALSE(shard.may_be_late()) << "though its aggregate lives";
  EXPECT_FALSE(shard.empty());
  shard.stopped(newest, failure(true));
  EXPECT_TRUE(shard.empty());
  EXPECT_TRUE(shard.may_be_late()) << "what is set aside is to be forgotten once";
  for (int i = 0; i < 100 && shard.may_be_late(); ++i) {
    time.advance(10s);
    shard.answer_what_is_late();
  }
  EXPECT_FALSE(shard.may_be_late());
  shard.leave();
  EXPECT_TRUE(shard.may_be_late()) << "others' requests wait until it has left";
}

TEST_F(shard_state_test, looks_for_idle_aggregates_seldom) {
  EXPECT_EQ(shard.looks_for_idle_every(), 600ms);
  auto with = environment();
  with.residence.idle_after = 1h;
  EXPECT_EQ((shard_state{with, *this}.looks_for_idle_every()), 10s);
  with.residence.idle_after = 1s;
  EXPECT_EQ((shard_state{with, *this}.looks_for_idle_every()), with.deadline_tick);
}

}  // namespace
}  // namespace acta
