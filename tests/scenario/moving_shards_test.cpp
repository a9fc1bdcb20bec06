// Shards that stop being served and are served again, here or elsewhere, while requests go on: as a
// hand-over between nodes does it, without the other node.
#include <gtest/gtest.h>

#include <map>

#include "runtime/cancellation.hpp"
#include "tests/support/random_calls.hpp"
#include "tests/support/setting.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A world whose shard 0 comes and goes.
class moving_shards : public ::testing::Test {
protected:
  void stop() {
    world.engine().stop_shard(0, [this] { ++stopped; });
    world.run();
  }
  void start() {
    ASSERT_TRUE(world.engine().start_shard(0, ++epoch).ok());
    world.run();
  }
  reply_ptr send() {
    auto heard = world.send(id, add{1});
    world.run();
    return heard;
  }
  reply_ptr read(freshness fresh = {}) {
    auto heard = world.read(id, fresh);
    world.run();
    return heard;
  }

  static options few_credits() {
    auto how = simulation::few_shards();
    how.credits = 5;
    return how;
  }

  simulation world{few_credits()};
  const std::string id = world.id_in_shard(0);
  std::uint64_t epoch = 1;
  int stopped = 0;
};

TEST_F(moving_shards, requests_wait_in_order_while_nobody_serves_them) {
  send();
  stop();
  ASSERT_EQ(stopped, 1);
  const auto first = send();
  const auto seen = read();
  const auto second = send();
  const auto past_the_cache = read(from_aggregate);
  EXPECT_EQ(first->outcome(), "nothing");
  EXPECT_EQ(world.send(world.id_in_shard(1), add{1})->outcome(), "nothing");
  world.run();
  start();
  EXPECT_EQ((*first)->version, version{2});
  EXPECT_EQ((*second)->version, version{3});
  EXPECT_EQ((*past_the_cache)->version, version{3});
  EXPECT_EQ(seen->outcome(), "ok");
  world.expect_conserved();
}

TEST_F(moving_shards, what_was_begun_ends_before_its_shard_does) {
  world.journal.hold();
  const auto begun = send();
  stop();
  const auto later = send();
  EXPECT_EQ(stopped, 0) << "its lane is not dry";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(begun->outcome(), "ok");
  EXPECT_EQ(stopped, 1);
  EXPECT_EQ(later->outcome(), "nothing");
  EXPECT_EQ(world.store.writers(), 0U);
  start();
  EXPECT_EQ((*later)->version, version{2});
  EXPECT_EQ(world.metric("acta_dead_letters_total"), 0);
}

TEST_F(moving_shards, a_read_that_waits_for_a_version_goes_on_waiting_at_the_next) {
  send();
  const auto waits = read(at_least(version{2}));
  EXPECT_EQ(waits->outcome(), "nothing");
  stop();
  ASSERT_EQ(stopped, 1);
  start();
  EXPECT_EQ(waits->outcome(), "nothing");
  send();
  EXPECT_EQ((*waits)->version, version{2});
  world.expect_conserved();
}

TEST_F(moving_shards, a_read_that_is_under_way_is_not_lost) {
  send();
  world.kill_shard_of(id);
  world.run();
  world.journal.hold();
  const auto seen = read();
  stop();
  world.journal.release_all();
  world.run();
  ASSERT_EQ(stopped, 1);
  EXPECT_EQ(seen->outcome(), "nothing") << "its load was for a cache that has ended";
  start();
  EXPECT_EQ((*seen)->version, version{1});
}

TEST_F(moving_shards, what_waits_has_its_deadline_and_then_gives_its_credit_back) {
  stop();
  call_options how;
  how.deadline = seconds{1};
  std::vector<reply_ptr> waiting;
  for (int i = 0; i < 7; ++i) waiting.push_back(world.send(id, add{1}, how));
  EXPECT_EQ(std::count_if(waiting.begin(), waiting.end(),
                          [](const auto& one) { return one->outcome() == "overloaded"; }),
            2)
      << "credits bound them";
  world.pass(milliseconds{990});
  EXPECT_EQ(waiting[0]->outcome(), "nothing");
  world.pass(milliseconds{70});
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(waiting[i]->outcome(), "deadline_exceeded");
  world.expect_conserved();
  const auto later = send();
  start();
  EXPECT_EQ((*later)->version, version{1}) << "nobody decides what was given up";
}

TEST_F(moving_shards, a_reader_that_leaves_while_it_waits_gives_its_place_back) {
  stop();
  call_options how;
  how.fresh = at_least(version{2});
  how.cancelled = std::make_shared<cancellation>();
  const auto seen = world.submit(world.type, id, std::nullopt, {}, how);
  EXPECT_EQ(seen->outcome(), "nothing");
  how.cancelled->cancel();
  EXPECT_EQ(seen->outcome(), "deadline_exceeded");
  world.expect_conserved();
}

TEST_F(moving_shards, what_waits_can_be_refused_with_a_reason) {
  stop();
  const auto waits = send();
  world.engine().actors().refuse(0, {errc::unavailable, "nobody reaches its owner"});
  EXPECT_EQ(waits->outcome(), "unavailable");
  const auto admitted = world.counts().admitted;
  EXPECT_EQ(send()->outcome(), "unavailable");
  EXPECT_EQ(world.counts().admitted, admitted);
  start();
  EXPECT_EQ((*send())->version, version{1});
  world.expect_conserved();
}

TEST_F(moving_shards, one_that_fails_while_it_leaves_has_left_all_the_same) {
  for (const bool cache : {false, true}) {
    world.journal.hold();
    send();
    stop();
    if (cache)
      world.kill_cache_of(id);
    else
      world.kill_shard_of(id);
    world.run();
    const auto waits = send();
    world.journal.release_all();
    world.run();
    EXPECT_EQ(stopped, cache ? 2 : 1);
    EXPECT_EQ(waits->outcome(), "nothing");
    start();
    EXPECT_EQ(waits->outcome(), "ok");
  }
  EXPECT_FALSE(world.engine().failed());
}

TEST_F(moving_shards, a_journal_actor_that_fails_while_a_shard_leaves_ends_it) {
  world.journal.hold();
  send();
  stop();
  const auto waits = send();
  world.kill_journal();
  world.run();
  EXPECT_EQ(stopped, 1);
  world.journal.release_all();
  world.run();
  EXPECT_EQ(waits->outcome(), "nothing");
  start();
  EXPECT_EQ(waits->outcome(), "ok");
}

TEST_F(moving_shards, one_that_is_to_come_back_ends_first) {
  world.journal.hold();
  const auto begun = send();
  stop();
  start();
  const auto later = send();
  EXPECT_EQ(begun->outcome(), "nothing");
  world.journal.release_all();
  world.run();
  EXPECT_EQ(stopped, 1);
  EXPECT_EQ((*begun)->version, version{1});
  EXPECT_EQ((*later)->version, version{2});
}

TEST_F(moving_shards, the_end_answers_what_waits) {
  stop();
  const auto waits = send();
  world.engine().end();
  world.run();
  EXPECT_EQ(waits->outcome(), "shutting_down");
}

TEST_F(moving_shards, a_node_that_gives_up_answers_what_waits) {
  stop();
  const auto waits = send();
  world.kill(world.engine().root());
  world.run();
  EXPECT_EQ(waits->outcome(), "unavailable");
}

TEST_F(moving_shards, another_actor_may_serve_it_as_one_that_stands_for_another_node) {
  stop();
  const auto waits = send();
  const auto seen = read();
  const auto elsewhere = world.system().spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](admitted& asked) { asked.ticket->answer(answer{version{42}, 0, false, {}}); }};
  });
  for (const auto what : {duty::commands, duty::reads})
    world.engine().actors().set_server(0, what, elsewhere);
  world.run();
  EXPECT_EQ((*waits)->version, version{42});
  EXPECT_EQ((*seen)->version, version{42});
  EXPECT_EQ((*send())->version, version{42});
  caf::anon_send_exit(elsewhere, caf::exit_reason::user_shutdown);
}

/// Commands, repeats and reads while shards are stopped and started at random, the journal is held
/// and released, actors take turns at random. Under every second seed actors fail, too; under the
/// others nobody may notice that anything moves.
class moves {
public:
  explicit moves(std::uint64_t seed) : calm_{seed % 2 == 0}, calls_{options_of(seed), seed} {
    calls_.on_answer = [this](const auto&, const result<answer>& outcome) { count(outcome); };
  }

  void happen() {
    calls_.take_turns([this] { act(); });
    for (std::size_t shard = 0; shard < epochs_.size(); ++shard) start(shard);
    world_.run();
    if (calm_) {
      EXPECT_EQ(world_.counts().outstanding, reads_ahead_) << "nothing else waits";
    }
    calls_.pass_all_deadlines();
  }

  void check() {
    EXPECT_EQ(stops_heard_, stops_) << "each stop is told";
    if (calm_) {
      EXPECT_EQ(world_.counts().dead_lettered, 0U);
      EXPECT_EQ(world_.engine().entrance().load_counts().dead_lettered, 0U);
      for (const auto& [outcome, times] : outcomes_)
        EXPECT_TRUE(outcome == "ok" || outcome == "overloaded")
            << outcome << ", " << times << " times, though nothing failed";
    }
    calls_.check();
  }
  [[nodiscard]] std::size_t served_anew() const { return starts_; }

private:
  static options options_of(std::uint64_t seed) {
    auto how = random_calls::options_of(seed);
    how.credits = 60;
    return how;
  }

  void act() {
    const auto id = std::to_string(dice_.next() % 6);
    const auto shard = dice_.next() % epochs_.size();
    switch (dice_.next() % 20) {
      case 0:
      case 1: stop(shard); break;
      case 2:
      case 3:
      case 4: start(shard); break;
      case 5: world_.journal.hold(); break;
      case 6: world_.journal.release_all(); break;
      case 7: world_.journal.release_one(); break;
      case 8:
        if (!calm_) kill(id);
        break;
      case 9:
      case 10: calls_.send_again(); break;
      case 11:
      case 12:
      case 13: read(id); break;
      default: calls_.send_new(id, some_command());
    }
  }

  void stop(std::size_t shard) {
    ++stops_;
    world_.engine().stop_shard(shard, [this] { ++stops_heard_; });
  }
  void start(std::size_t shard) {
    ++starts_;
    EXPECT_TRUE(world_.engine().start_shard(shard, ++epochs_[shard]).ok());
  }
  void kill(const std::string& id) {
    switch (dice_.next() % 4) {
      case 0: return world_.kill_journal();
      case 1: return world_.kill_cache_of(id);
      default: return world_.kill_shard_of(id);
    }
  }

  random_calls::command some_command() {
    if (dice_.next() % 3 == 0) return note{};
    return add{static_cast<std::int64_t>(dice_.next() % 100)};
  }
  void read(const std::string& id) {
    const auto which = dice_.next() % 4;
    const auto ahead = which == 1;  // of all that was answered: nobody may ever write it
    if (ahead) ++reads_ahead_;
    const auto fresh = which == 0 ? from_aggregate
                       : ahead    ? at_least(calls_.newest[id].next())
                                  : freshness{};
    calls_.read(id, fresh, [this, ahead](const result<answer>& outcome) {
      if (ahead) --reads_ahead_;
      if (ahead && !outcome.ok() && outcome.error().code == errc::deadline_exceeded) return;
      count(outcome);
    });
  }
  void count(const result<answer>& outcome) {
    const bool good = outcome.ok() || outcome.error().code == errc::not_found;
    ++outcomes_[good ? "ok" : std::string{to_string(outcome.error().code)}];
  }

  const bool calm_;
  std::map<std::string, std::size_t> outcomes_;
  std::size_t reads_ahead_ = 0;  // that are not answered
  std::size_t stops_ = 0;
  std::size_t stops_heard_ = 0;
  std::size_t starts_ = 0;
  std::vector<std::uint64_t> epochs_{1, 1};
  random_calls calls_;
  seeded_random& dice_ = calls_.dice;
  simulation& world_ = calls_.world;
};

TEST(moving_shards_at_random, lose_nothing_and_serve_nothing_twice) {
  const auto last = setting("ACTA_SEEDS").value_or(400);
  const auto one = setting("ACTA_SEED");
  for (auto seed = one.value_or(1); seed <= (one ? *one : last); ++seed) {
    SCOPED_TRACE("ACTA_SEED=" + std::to_string(seed) + " repeats this");
    moves all{seed};
    all.happen();
    all.check();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace acta::testing
