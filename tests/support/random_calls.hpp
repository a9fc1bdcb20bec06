// Commands, repeats and reads in random order on a simulated engine, told to a history. What else
// happens meanwhile, each test says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "actors/shard/shard_state.hpp"
#include "tests/support/counter_history.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

/// Its owner declares it last: callbacks that its end brings use what the owner has.
struct random_calls {
  using command = std::variant<add, note>;
  using heard = std::function<void(const result<answer>&)>;
  struct sent {
    std::string id;
    std::string command_id;
    command what;
  };

  /// Small batches, pages, caches and windows, of sizes that the seed says; under two of
  /// three seeds not all aggregates may be in memory at once, for their number or their weight.
  static options options_of(std::uint64_t seed) {
    auto how = simulation::few_shards();
    how.batch_events = 1 + seed % 7;
    how.recovery_page_events = 1 + seed % 5;
    how.cache_bytes = 600 * (seed / 2 % 4);  // none, two views, up to six
    how.snapshot_every_events = 1 + seed % 3;
    how.restart_intensity = 1000;
    if (seed % 3 == 0) how.live_aggregates = 1 + seed / 3 % 4;
    if (seed % 3 == 1) how.live_bytes = (1 + seed / 3 % 4) * least_weight;
    how.evictable_after = std::chrono::milliseconds{0};
    how.passivate_after = std::chrono::seconds{5};  // before all deadlines have passed
    how.deduplication_window = 1 + seed % 4;        // nearly every repeat is of an older command
    return how;
  }

  random_calls(const options& how, std::uint64_t seed) : dice{seed}, world{how, seed} {
    world.engine().subscribe(
        from_start, std::make_shared<subscriber>([this](const auto& event) { told.shown(event); }));
  }

  /// Calls `act` many times, and lets actors take a few turns after each; then lets all happen that
  /// is under way.
  void take_turns(const std::function<void()>& act) {
    for (int i = 0; i < 300; ++i) {
      world.pass_unnoticed(std::chrono::milliseconds{1});  // who was asked before is idle now
      act();
      for (auto steps = dice.next() % 8; steps > 0 && world.step(); --steps) {
      }
    }
    world.journal.release_all();
    world.run();
  }
  /// Longer than any deadline: what is unanswered then will never be answered.
  void pass_all_deadlines() { world.pass(std::chrono::seconds{11}); }

  void send_new(const std::string& id, command what) {
    commands.push_back({id, "c" + std::to_string(commands.size()), what});
    send(commands.back());
  }
  void send_again() {
    if (!commands.empty()) send(commands[dice.next() % commands.size()]);
  }
  void read(const std::string& id, freshness fresh, const heard& then = {}) {
    const auto call = told.reads(counter_stream(id));
    world.read(id, fresh)->then([this, call, then](const auto& outcome) {
      told.answered(call, view_of(outcome));
      if (then) then(outcome);
    });
  }

  void check() {
    const auto log = world.log();
    for (const auto& violation : testing::check(told, log, amount_of_added))
      ADD_FAILURE() << violation;
    EXPECT_EQ(told.shown().size(), log.size()) << "the subscriber is shown all of it";
    world.expect_conserved();
    EXPECT_EQ(world.engine().shards().live_aggregates().used(), 0U) << "all have left";
    EXPECT_EQ(world.engine().shards().live_bytes().used(), 0U);
  }

  /// Hears each answer to a command, after `newest` and the history have.
  std::function<void(const std::string& id, const result<answer>&)> on_answer;
  seeded_random dice;
  std::map<std::string, version> newest;  // that was answered
  history told;
  std::vector<sent> commands;
  simulation world;

private:
  void send(const sent& one) {
    std::visit([&](const auto& what) { send(one, what); }, one.what);
  }
  template <class Command>
  void send(const sent& one, const Command& what) {
    const auto call = told.sends(counter_stream(one.id), one.command_id, decides(what));
    world.send(one.id, what, one.command_id)->then([this, call, id = one.id](const auto& outcome) {
      told.answered(call, acknowledgement_of(outcome));
      if (outcome.ok()) newest[id] = std::max(newest[id], outcome->version);
      if (on_answer) on_answer(id, outcome);
    });
  }
};

}  // namespace acta::testing
