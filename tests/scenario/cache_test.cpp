// Reads through the cache: one load however many wait, nothing older than what was answered, nobody
// forgotten.
#include <gtest/gtest.h>

#include "tests/support/journal_calls.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;

class cache_test : public ::testing::Test {
protected:
  static options one_shard() {
    auto how = in_memory();
    how.shard_count = 1;
    how.credits = 20'000;
    how.credit_bytes = 64 * 1024 * 1024;
    return how;
  }
  /// Makes `id` exist, at version 1.
  static void create(simulation& world, std::string_view id) {
    world.send(id, add{1});
    world.run();
  }
  static reply_ptr read_now(simulation& world, std::string_view id, freshness fresh = {}) {
    auto seen = world.read(id, fresh);
    world.run();
    return seen;
  }
  /// What the caches counted; they tell it once per tick.
  static double counted(simulation& world, const std::string& what) {
    world.pass(milliseconds{50});
    return world.metric("acta_cache_" + what);
  }
  /// Somebody else writes version 2 of `id`.
  static void intrude(simulation& world, const std::string& id) {
    constexpr writer_id thief{2, 1};
    auto theirs = make_append(id, 1, 1, thief);
    theirs.stream = stream_id{counter::type, id};
    theirs.events = {{"test.counter.added", 1, {}}};
    added event{10};
    ASSERT_TRUE(
        cbor_codec{}.encode([&](visitor& v) { return visit(v, event); }, theirs.events[0].payload));
    ASSERT_EQ(append_one(world.journal, std::move(theirs)), append_status::stored);
    world.journal.leave(only_partition, stream_id{counter::type, id}, thief);
  }
};

TEST_F(cache_test, ten_thousand_readers_of_a_cold_key_cause_one_load) {
  simulation world{one_shard()};
  create(world, "x");
  world.kill_shard_of("x");
  world.run();
  std::vector<reply_ptr> readers;
  for (int i = 0; i < 10'000; ++i) readers.push_back(world.read("x"));
  world.run();
  for (const auto& one : readers) {
    ASSERT_EQ(one->outcome(), "ok");
    ASSERT_EQ((*one)->version, version{1});
  }
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 1);
  EXPECT_EQ(counted(world, "coalesced_total"), 9'999);
  EXPECT_EQ(counted(world, "misses_total"), 10'000);
  world.expect_conserved();
}

TEST_F(cache_test,
       ten_thousand_readers_during_steady_writes_all_finish_and_none_is_below_its_floor) {
  simulation world{one_shard(), 7};
  create(world, "x");
  world.journal.hold();
  std::vector<std::pair<reply_ptr, version>> readers;
  std::vector<reply_ptr> writes;
  version answered{1};
  for (int round = 0; round < 500; ++round) {
    writes.push_back(world.send("x", add{1}));
    for (int i = 0; i < 20; ++i) {
      for (const auto& write : writes)
        if (write->here()) answered = std::max(answered, (*write)->version);
      std::erase_if(writes, [](const auto& write) { return write->here(); });
      readers.emplace_back(world.read("x"), answered);
      world.step();
    }
    world.journal.release_one();
  }
  EXPECT_GT(answered, version{100}) << "writes went on";
  world.journal.release_all();
  world.run();
  ASSERT_EQ(readers.size(), 10'000U);
  for (const auto& [seen, floor] : readers) {
    ASSERT_EQ(seen->outcome(), "ok");
    ASSERT_GE((*seen)->version, floor);
    ASSERT_EQ(seen->sum(), static_cast<std::int64_t>((*seen)->version.value));
  }
  EXPECT_LE(world.metric("acta_cache_loads_total"), static_cast<double>(world.log().size()) + 1)
      << "no load without a commit since the one before";
  world.expect_conserved();
}

TEST_F(cache_test, readers_are_served_while_writes_never_pause) {
  simulation world{one_shard(), 3};
  create(world, "x");
  world.journal.hold();
  // Whoever asks is answered a few rounds later, although each of them brings another commit.
  for (int round = 0; round < 50; ++round) {
    const auto seen = world.read("x");
    int rounds = 0;
    for (; !seen->here() && rounds < 10; ++rounds) {
      world.send("x", add{1});
      world.run();
      world.journal.release_one();
      world.run();
    }
    ASSERT_LT(rounds, 10);
  }
}

TEST_F(cache_test, a_read_begun_after_an_answer_sees_it) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    simulation world{simulation::few_shards(), seed};
    create(world, "x");
    const auto before = read_now(world, "x");
    world.journal.hold();
    version answered{};
    version seen{};
    const auto sent = world.engine().entrance().submit(
        world.type, "x", command_index<counter, add>(), any_value::of(add{5}), {},
        [&](const result<answer>& got) {
          answered = got->version;
          EXPECT_TRUE(world.engine().entrance().submit(
              world.type, "x", std::nullopt, {}, {},
              [&](const result<answer>& found) { seen = found->version; }));
        });
    ASSERT_TRUE(sent);
    const auto during = read_now(world, "x");
    world.journal.release_all();
    world.run();
    EXPECT_EQ(answered, version{2});
    EXPECT_EQ(seen, version{2});
    EXPECT_EQ((*before)->version, version{1});
    EXPECT_EQ((*during)->version, version{1});
  }
}

TEST_F(cache_test, a_held_view_is_shown_until_the_next_version_is_durable) {
  simulation world;
  create(world, "x");
  read_now(world, "x");
  world.journal.hold();
  world.send("x", add{5});
  world.run();
  EXPECT_EQ(read_now(world, "x")->sum(), 1) << "a hit does not wait for a sync";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(read_now(world, "x")->sum(), 6);
}

TEST_F(cache_test, a_fill_that_a_commit_overtook_is_given_out_but_not_kept) {
  simulation world{one_shard()};
  create(world, "x");
  world.journal.hold();
  for (int i = 0; i < 3; ++i) {  // two batches are under way, the third waits to be cut
    world.send("x", add{1});
    world.run();
  }
  const auto during = read_now(world, "x");
  world.send("x", add{1});  // goes into one batch with the load and what it saw
  world.run();
  world.journal.release_all();
  world.run();
  ASSERT_EQ(during->outcome(), "ok");
  EXPECT_EQ((*during)->version, version{4}) << "it asked when nothing newer was durable";
  EXPECT_EQ((*read_now(world, "x"))->version, version{5});
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 2);
}

TEST_F(cache_test,
       after_a_refused_append_a_late_fill_is_discarded_and_the_next_reader_sees_the_truth) {
  simulation world{one_shard()};
  create(world, "x");
  create(world, "warm");
  read_now(world, "warm");  // so that the cache listens
  intrude(world, "x");
  world.journal.hold();
  const auto refused = world.send("x", add{5});
  world.run();
  const auto seen = read_now(world, "x");  // its load rests on the five
  world.journal.release_all();
  world.run();
  EXPECT_EQ(refused->outcome(), "conflict");
  EXPECT_EQ(seen->sum(), 11) << "the next load met the aggregate while it ended, and went on";
  EXPECT_EQ(counted(world, "late_fills_total"), 1);
  EXPECT_EQ(read_now(world, "x")->sum(), 11);
  world.expect_conserved();
}

TEST_F(cache_test, absence_is_kept_until_the_first_event) {
  simulation world;
  EXPECT_EQ(read_now(world, "x")->outcome(), "not_found");
  EXPECT_EQ(read_now(world, "x")->outcome(), "not_found");
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 1);
  create(world, "x");
  EXPECT_EQ(read_now(world, "x")->sum(), 1);
}

TEST_F(cache_test, holds_no_more_bytes_than_it_may) {
  auto how = one_shard();
  how.cache_bytes = 3000;
  simulation world{how};
  for (int i = 0; i < 50; ++i) create(world, std::to_string(i));
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 50; ++i) EXPECT_EQ(read_now(world, std::to_string(i))->sum(), 1);
  EXPECT_GT(counted(world, "evictions_total"), 50);
  const auto bytes = world.metric("acta_cache_bytes");
  EXPECT_GT(bytes, 2000);
  EXPECT_LE(bytes, 3000);
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 100) << "a scan finds nothing of the last one";
}

TEST_F(cache_test, one_that_ends_answers_who_waits_and_comes_back_empty) {
  simulation world;
  create(world, "x");
  world.journal.hold();
  world.send("x", add{1});
  world.run();
  const auto waiting = read_now(world, "x");
  EXPECT_EQ(waiting->outcome(), "nothing");
  world.kill_cache_of("x");
  world.run();
  EXPECT_EQ(waiting->outcome(), "dropped");
  const auto next = read_now(world, "x");
  world.journal.release_all();  // and so the load of the life before is answered, to nobody
  world.run();
  EXPECT_EQ((*next)->version, version{2});
  EXPECT_EQ((*read_now(world, "x"))->version, version{2});
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 2);
  EXPECT_EQ(counted(world, "late_fills_total"), 0);
  world.expect_conserved();
}

TEST_F(cache_test, one_that_fails_takes_no_shard_with_it_and_no_other_cache) {
  simulation world;
  read_now(world, world.id_in_shard(0));
  const auto of_first = counted(world, "bytes");
  EXPECT_GT(of_first, 0);
  read_now(world, world.id_in_shard(1));
  const auto of_both = counted(world, "bytes");
  const auto first = world.engine().actors().shard(0);
  const auto second = world.engine().actors().shard(1);
  const auto cache = world.engine().actors().cache(0);
  world.kill(cache);
  world.run();
  EXPECT_EQ(counted(world, "bytes"), of_both - of_first);
  EXPECT_NE(world.engine().actors().cache(0), cache);
  EXPECT_EQ(world.engine().actors().shard(0), first);
  EXPECT_EQ(world.engine().actors().shard(1), second);
}

TEST_F(cache_test, misses_nothing_although_it_does_not_listen_while_it_is_empty) {
  simulation world;
  create(world, "x");
  for (std::uint64_t newest = 1; newest < 20; newest += 3) {
    ASSERT_EQ((*read_now(world, "x"))->version, version{newest});
    for (int i = 0; i < 3; ++i) create(world, "x");  // the first of them empties the cache
  }
}

TEST_F(cache_test, a_read_ahead_of_what_is_durable_waits_for_its_commit) {
  simulation world;
  create(world, "x");
  world.journal.hold();
  world.send("x", add{5});
  const auto ahead = read_now(world, "x", at_least({3}));
  const auto content = world.read("x", at_least({2}));
  world.journal.release_all();
  world.run();
  EXPECT_EQ((*content)->version, version{2});
  EXPECT_EQ(ahead->outcome(), "nothing");
  const auto loads = world.metric("acta_cache_loads_total");
  world.pass(milliseconds{500});
  EXPECT_EQ(world.metric("acta_cache_loads_total"), loads) << "it does not ask again and again";
  create(world, "x");
  ASSERT_EQ(ahead->outcome(), "ok");
  EXPECT_EQ((*ahead)->version, version{3});
  world.expect_conserved();
}

TEST_F(cache_test, a_read_of_a_version_that_never_comes_ends_with_its_deadline) {
  simulation world;
  create(world, "x");
  const auto ahead = world.read("x", at_least({9}), milliseconds{200});
  const auto nobody = world.read("nobody", at_least({1}), milliseconds{200});
  world.run();
  world.pass(milliseconds{300});
  EXPECT_EQ(ahead->outcome(), "deadline_exceeded");
  EXPECT_EQ(nobody->outcome(), "deadline_exceeded");
  world.expect_conserved();
}

TEST_F(cache_test, a_drain_lets_go_of_who_waits_for_a_version_when_no_command_can_bring_it) {
  simulation world;
  create(world, "x");
  world.journal.hold();
  const auto last = world.send("x", add{5});
  const auto of_the_last = read_now(world, "x", at_least({2}));
  const auto never = read_now(world, "x", at_least({9}));
  const auto nobody = read_now(world, "nobody", at_least({1}));
  world.engine().entrance().close();
  const auto drained = [&world] {
    const bool done = world.engine().drained();
    world.run();
    return done;
  };
  EXPECT_FALSE(drained());
  EXPECT_EQ(never->outcome(), "nothing") << "a command is under way";
  world.journal.release_all();
  world.run();
  EXPECT_FALSE(drained());
  EXPECT_EQ(last->outcome(), "ok");
  EXPECT_EQ((*of_the_last)->version, version{2});
  EXPECT_EQ(never->outcome(), "shutting_down");
  EXPECT_EQ(nobody->outcome(), "shutting_down");
  EXPECT_TRUE(drained()) << "and no time has passed";
  world.expect_conserved();
}

TEST_F(cache_test, a_read_from_the_aggregate_goes_past_it) {
  simulation world;
  create(world, "x");
  read_now(world, "x");
  world.journal.hold();
  world.send("x", add{5});
  world.run();
  const auto behind = read_now(world, "x", from_aggregate);
  EXPECT_EQ(behind->outcome(), "nothing") << "behind all that the aggregate has decided";
  world.journal.release_all();
  world.run();
  EXPECT_EQ(behind->sum(), 6);
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 1);
  EXPECT_EQ(counted(world, "misses_total"), 1);
  EXPECT_EQ(counted(world, "hits_total"), 0);
}

TEST_F(cache_test, turned_off_it_still_holds_back_who_is_ahead) {
  auto how = simulation::few_shards();
  how.cache_bytes = 0;
  simulation world{how};
  create(world, "x");
  EXPECT_EQ(read_now(world, "x")->sum(), 1);
  EXPECT_EQ(world.metric("acta_cache_loads_total"), 0);
  const auto ahead = read_now(world, "x", at_least({2}));
  EXPECT_EQ(ahead->outcome(), "nothing");
  create(world, "x");
  EXPECT_EQ(ahead->sum(), 2);
  EXPECT_EQ(counted(world, "bytes"), 0);
}

TEST_F(cache_test, a_reader_that_holds_the_last_credit_of_its_shard_is_served) {
  auto how = one_shard();
  how.credits = 1;
  simulation world{how};
  create(world, "x");
  const auto seen = world.read("x");
  EXPECT_EQ(world.read("x")->outcome(), "overloaded");
  world.run();
  EXPECT_EQ(seen->outcome(), "ok");
  world.expect_conserved();
}

TEST_F(cache_test, readers_whose_aggregate_dies_are_told_and_the_next_one_is_served) {
  simulation world;
  create(world, "x");
  world.journal.hold();
  world.send("x", add{1});
  world.run();
  const auto seen = read_now(world, "x");
  world.kill_journal();
  world.run();
  EXPECT_EQ(seen->outcome(), "dropped");
  world.journal.release_all();
  EXPECT_EQ((*read_now(world, "x"))->version, version{2});
  world.expect_conserved();
}

}  // namespace
}  // namespace acta::testing
