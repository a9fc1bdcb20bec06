// Where requests to a shard go, and which of them wait, with actors that only note what they get.
#include "runtime/engine/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/counter.hpp"
#include "tests/support/deterministic_scheduler.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto commands = duty::commands;
constexpr auto reads = duty::reads;

/// Two shards with four credits each, and what their actors got and callers heard, in order.
class registry_test : public ::testing::Test {
protected:
  ~registry_test() override {
    kept.clear();
    for (const auto& one : actors) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    run();
  }

  caf::actor server(const std::string& name) {
    auto made = system.spawn([this, name](caf::event_based_actor*) -> caf::behavior {
      return {
          [=, this](admitted& asked) {
            did.push_back(name + " gets " + name_of(*asked.ticket));
            kept.push_back(std::move(asked.ticket));
          },
          [=, this](const stop&) { did.push_back(name + " leaves"); },
          [=, this](const request_waits&) { did.push_back(name + " looks at deadlines"); },
          [=, this](const withdrawn& left) {
            did.push_back(name + " loses " + name_of(*left.ticket));
          },
      };
    });
    actors.push_back(made);
    return made;
  }
  static std::string name_of(const ticket& asked) {
    return asked.request.append.metadata.command_id;
  }
  ticket_ptr ticket_of(const std::string& name) {
    request asked;
    asked.type = &type;
    asked.command_index = 0;
    asked.deadline = time.now() + 1s;
    asked.append.metadata.command_id = name;
    return ticket::admit(gate, std::move(asked), [this, name](const result<answer>& got) {
      did.push_back(name + ": " + std::string{got.ok() ? "ok" : to_string(got.error().code)});
      if (then) std::exchange(then, nullptr)();
    });
  }
  result<ticket_ptr> ask(const std::string& name, duty what = commands, std::size_t shard = 0) {
    return all.send(shard, what, [&] { return ticket_of(name); });
  }
  /// "" if it is on its way or waits, else why not.
  std::string send(const std::string& name, duty what = commands, std::size_t shard = 0) {
    const auto sent = ask(name, what, shard);
    if (!sent) return std::string{to_string(sent.error().code)};
    return *sent ? "" : "no credit";
  }
  void serve(const std::string& name) {
    all.set_server(0, commands, server(name + "'s shard"));
    all.set_server(0, reads, server(name + "'s cache"));
  }
  void run() {
    while (coordinator.try_run_once()) {
    }
  }
  /// What was done since the last call, when everybody has done it.
  std::vector<std::string> done() {
    run();
    return std::exchange(did, {});
  }

  testing::deterministic_scheduling how;
  caf::actor_system system{how};
  caf::scheduler::test_coordinator& coordinator = testing::coordinator_of(system);
  std::vector<caf::actor> actors;
  const aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(4, 1 << 20, time, watcher);
  std::vector<std::string> did;
  std::vector<ticket_ptr> kept;
  std::function<void()> then;
  registry all{2};
};

TEST_F(registry_test, sends_commands_and_reads_to_those_who_have_the_duty) {
  serve("a");
  EXPECT_EQ(send("1"), "");
  EXPECT_EQ(send("2", reads), "");
  EXPECT_THAT(done(), ElementsAre("a's shard gets 1", "a's cache gets 2"));
}

TEST_F(registry_test, admits_nothing_for_an_actor_that_is_being_started) {
  EXPECT_EQ(send("1"), "unavailable");
  serve("a");
  all.set_server(0, reads, nullptr);
  EXPECT_EQ(send("2", reads), "unavailable");
  EXPECT_EQ(send("3"), "");
  EXPECT_THAT(done(), ElementsAre("a's shard gets 3"));
  all.forget_servers();
  EXPECT_EQ(send("4"), "unavailable");
  EXPECT_EQ(gate->counts().admitted, 1U);
}

TEST_F(registry_test, sends_nothing_to_actors_that_were_told_to_leave) {
  serve("a");
  std::ignore = all.leave(0);
  std::ignore = all.leave(0);
  EXPECT_EQ(send("1"), "");
  EXPECT_EQ(send("2", reads), "");
  EXPECT_THAT(done(), ElementsAre("a's cache leaves"));
}

TEST_F(registry_test, keeps_the_order_with_what_was_given_back_before_what_came_since) {
  serve("a");
  send("old 1");
  send("old 2", reads);
  std::ignore = all.leave(0);
  send("new 1");
  send("new 2", reads);
  done();
  all.give_back(0, reads, kept[1]);
  all.give_back(0, commands, kept[0]);
  all.vacate(0);
  kept.clear();
  EXPECT_EQ(gate->counts().outstanding, 4U) << "they hold their credits";
  EXPECT_EQ(send("one too many"), "no credit");
  serve("b");
  // Each gets what is its own in order; which of the two has its turn first is nobody's promise.
  std::vector<std::string> shard;
  std::vector<std::string> cache;
  for (const auto& one : done()) (one.starts_with("b's shard") ? shard : cache).push_back(one);
  EXPECT_THAT(shard, ElementsAre("b's shard gets old 1", "b's shard gets new 1"));
  EXPECT_THAT(cache, ElementsAre("b's cache gets old 2", "b's cache gets new 2"));
}

TEST_F(registry_test, serves_a_vacant_shard_only_when_both_its_actors_are_there) {
  serve("a");
  std::ignore = all.leave(0);
  all.vacate(0);
  send("1");
  all.set_server(0, commands, server("b's shard"));
  EXPECT_THAT(done(), ElementsAre("a's cache leaves"));
  all.set_server(0, reads, server("b's cache"));
  EXPECT_THAT(done(), ElementsAre("b's shard gets 1"));
}

TEST_F(registry_test, tells_whoever_takes_over_the_reads_of_a_leaving_shard_to_leave) {
  serve("a");
  std::ignore = all.leave(0);
  done();
  serve("a again");
  send("1");
  EXPECT_THAT(done(), ElementsAre("a again's cache leaves"));
}

TEST_F(registry_test, tells_whoever_is_there_to_leave) {
  EXPECT_FALSE(all.leave(1));
  serve("a");
  all.set_server(0, reads, nullptr);
  EXPECT_TRUE(all.leave(0));
  EXPECT_THAT(done(), ElementsAre("a's shard leaves"));
  all.set_server(0, commands, nullptr);
  EXPECT_FALSE(all.leave(0));
  EXPECT_EQ(send("1"), "") << "it waits";
}

TEST_F(registry_test, what_is_given_back_to_a_shard_that_is_served_again_goes_there) {
  serve("a");
  send("1");
  done();
  serve("b");
  all.give_back(0, commands, kept[0]);
  EXPECT_THAT(done(), ElementsAre("b's shard gets 1"));
  all.set_server(0, commands, nullptr);
  all.give_back(0, commands, kept[0]);
  EXPECT_THAT(done(), ElementsAre("1: unavailable"));
}

TEST_F(registry_test, refuses_with_a_reason_until_the_shard_is_served) {
  serve("a");
  std::ignore = all.leave(0);
  all.vacate(0);
  send("1");
  all.refuse(0, {errc::unavailable, "nobody reaches its owner"});
  EXPECT_EQ(ask("2").error().detail, "nobody reaches its owner");
  serve("b");
  send("3");
  EXPECT_THAT(done(), ElementsAre("1: unavailable", "a's cache leaves", "b's shard gets 3"));
}

TEST_F(registry_test, is_closed_for_good) {
  serve("a");
  std::ignore = all.leave(0);
  send("1");
  all.close({errc::shutting_down, "the node has ended"});
  serve("b");
  EXPECT_EQ(send("2"), "shutting_down");
  EXPECT_EQ(send("3", commands, 1), "shutting_down");
  EXPECT_THAT(done(), ElementsAre("1: shutting_down", "a's cache leaves"));
  EXPECT_EQ(gate->counts().outstanding, 0U);
}

TEST_F(registry_test, passes_on_that_a_reader_left_or_takes_its_place_away) {
  serve("a");
  const auto first = *ask("1", reads);
  all.withdraw(0, first);
  EXPECT_THAT(done(), ElementsAre("a's cache gets 1", "a's cache loses 1"));
  std::ignore = all.leave(0);
  const auto second = *ask("2", reads);
  all.withdraw(0, second);
  all.withdraw(0, first);
  EXPECT_THAT(done(), ElementsAre("2: deadline_exceeded", "1: deadline_exceeded",  //
                                  "a's cache leaves"));
  all.give_back(0, reads, first);
  all.vacate(0);
  serve("b");
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(registry_test, lets_go_of_what_was_answered_while_it_waited) {
  serve("a");
  std::ignore = all.leave(0);
  all.vacate(0);
  send("1");
  time.advance(500ms);
  send("2");
  time.advance(600ms);
  gate->expire();
  EXPECT_EQ(gate->counts().outstanding, 2U);
  all.drop_abandoned(0);
  EXPECT_EQ(gate->counts().outstanding, 1U);
  serve("b");
  EXPECT_THAT(done(), ElementsAre("1: deadline_exceeded", "a's cache leaves", "b's shard gets 2"));
}

TEST_F(registry_test, tells_who_stands_in_for_a_shard_when_the_first_request_waits) {
  serve("a");
  std::ignore = all.leave(0);
  done();
  all.vacate(0);
  all.set_stand_in(0, server("b"));
  EXPECT_THAT(done(), IsEmpty());
  send("1");
  send("2", reads);
  EXPECT_THAT(done(), ElementsAre("b looks at deadlines"));
  time.advance(2s);
  gate->expire();
  all.drop_abandoned(0);
  done();
  send("3");
  EXPECT_THAT(done(), ElementsAre("b looks at deadlines"));
  all.vacate(0);
  send("4");
  EXPECT_THAT(done(), IsEmpty()) << "b has ended";
  all.set_stand_in(0, server("c"));
  EXPECT_THAT(done(), ElementsAre("c looks at deadlines")) << "two wait already";
}

TEST_F(registry_test, may_be_asked_again_by_who_hears_that_an_actor_has_ended) {
  serve("a");
  const auto end = [this] {
    for (const auto& one : actors) caf::anon_send_exit(one, caf::exit_reason::kill);
    done();
  };
  end();
  then = [this] { EXPECT_EQ(send("2"), ""); };
  send("1");
  EXPECT_THAT(done(), ElementsAre("1: dropped", "2: dropped"));
  std::ignore = all.leave(0);
  all.vacate(0);
  send("3");
  const auto shard = server("b's shard");
  const auto cache = server("b's cache");
  end();
  then = [this] { EXPECT_EQ(send("4"), ""); };
  all.set_server(0, commands, shard);
  all.set_server(0, reads, cache);
  EXPECT_THAT(done(), ElementsAre("3: dropped", "4: dropped"));
}

}  // namespace
}  // namespace acta
