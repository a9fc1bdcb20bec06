// What the shards of a node share: one that is busy may use most of it, each has its reserve, and
// at rest everything is home.
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A domain whose states weigh what somebody says.
struct stored {
  std::string text;
};
template <class Inspector>
bool inspect(Inspector& f, stored& e) {
  return f.object(e).fields(f.field("text", e.text));
}
struct store {
  std::string text;
};
template <class Inspector>
bool inspect(Inspector& f, store& c) {
  return f.object(c).fields(f.field("text", c.text));
}
struct fall {};
template <class Inspector>
bool inspect(Inspector& f, fall& c) {
  return f.object(c).fields();
}
struct size_of_all {
  std::uint64_t bytes = 0;
};
template <class Inspector>
bool inspect(Inspector& f, size_of_all& v) {
  return f.object(v).fields(f.field("bytes", v.bytes));
}
class shelf {
public:
  static constexpr std::string_view type = "test.shelf";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<stored, "test.shelf.stored", 1>>;
  using commands = acta::commands<store, fall>;

  decision<shelf> decide(const store& command, const context&) const {
    return stored{command.text};
  }
  decision<shelf> decide(const fall&, const context&) const {
    throw std::runtime_error{"decide() threw"};
  }
  void apply(const stored& event) { all_ += event.text; }
  [[nodiscard]] size_of_all view() const { return {all_.size()}; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, shelf& a) {
    return f.object(a).fields(f.field("all", a.all_));
  }
  std::string all_;
};

class budgets_test : public ::testing::Test {
protected:
  /// Of 16 aggregates each of four shards may always have one.
  static options sixteen_aggregates() {
    auto how = in_memory();
    how.shard_count = 4;
    how.live_aggregates = 16;
    how.passivate_after = seconds{60};
    return how;
  }
  /// The first of "0", "1", ... that live in this shard.
  static std::vector<std::string> ids_in_shard(const simulation& world, std::size_t shard,
                                               std::size_t count) {
    std::vector<std::string> ids;
    for (int i = 0; ids.size() < count; ++i)
      if (world.shard_of(std::to_string(i)) == shard) ids.push_back(std::to_string(i));
    return ids;
  }
  static std::string outcome_of_adding(simulation& world, const std::string& id) {
    const auto heard = world.send(id, add{1});
    world.run();
    return heard->outcome();
  }
};

TEST_F(budgets_test, one_busy_shard_has_most_aggregates_and_each_other_has_its_reserve) {
  simulation world{sixteen_aggregates()};
  const auto busy = ids_in_shard(world, 0, 14);
  for (std::size_t i = 0; i < 13; ++i) EXPECT_EQ(outcome_of_adding(world, busy[i]), "ok");
  EXPECT_EQ(outcome_of_adding(world, busy[13]), "overloaded");
  for (std::size_t shard = 1; shard < 4; ++shard) {
    const auto ids = ids_in_shard(world, shard, 2);
    EXPECT_EQ(outcome_of_adding(world, ids[0]), "ok") << "its reserve";
    EXPECT_EQ(outcome_of_adding(world, ids[1]), "overloaded");
  }
  EXPECT_EQ(world.engine().shards().live_aggregates().used(), 16U);
  world.pass(seconds{2});
  EXPECT_EQ(outcome_of_adding(world, ids_in_shard(world, 1, 2)[1]), "ok") << "its own one is idle";
  EXPECT_EQ(world.engine().shards().live_aggregates().used(), 16U);
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
}

TEST_F(budgets_test, aggregates_that_leave_fail_or_die_with_their_shard_count_no_more) {
  simulation world{sixteen_aggregates()};
  const auto& live = world.engine().shards().live_aggregates();
  for (int i = 0; i < 8; ++i) outcome_of_adding(world, std::to_string(i));
  EXPECT_EQ(live.used(), 8U);
  world.send("0", explode{});
  world.run();
  EXPECT_EQ(live.used(), 7U);
  const auto of_the_shard = world.shard_of("1");
  world.kill_shard_of("1");
  world.run();
  std::size_t elsewhere = 0;
  for (int i = 1; i < 8; ++i) elsewhere += world.shard_of(std::to_string(i)) != of_the_shard;
  EXPECT_EQ(live.used(), elsewhere);
  world.kill_journal();
  world.run();
  EXPECT_EQ(live.used(), 0U) << "all shards were started again";
  for (int i = 0; i < 8; ++i) outcome_of_adding(world, std::to_string(i));
  EXPECT_EQ(live.used(), 8U);
  world.engine().stop_shard(of_the_shard, [] {});
  world.run();
  EXPECT_LT(live.used(), 8U);
  world.pass(seconds{70});
  EXPECT_EQ(live.used(), 0U) << "nobody asked for them";
}

class heavy_aggregates_test : public ::testing::Test {
protected:
  static constexpr std::size_t kib = 1024;
  /// All of them in one shard, which may have 1 MiB of them.
  static options one_mib() {
    auto how = in_memory();
    how.shard_count = 1;
    how.live_bytes = 1024 * kib;
    how.evictable_after = seconds{1};
    how.passivate_after = seconds{60};
    how.restart_intensity = 1000;
    return how;
  }
  template <class Command>
  reply_ptr send(simulation& world, const std::string& id, Command command) const {
    return world.submit(type, id, command_index<shelf, Command>(), any_value::of(command), {});
  }
  std::string outcome_of_storing(simulation& world, const std::string& id, std::size_t size) const {
    const auto heard = send(world, id, store{std::string(size, 'x')});
    world.run();
    return heard->outcome();
  }
  std::uint64_t size_of(simulation& world, const std::string& id) const {
    call_options how;
    how.fresh = from_aggregate;
    const auto heard = world.submit(type, id, std::nullopt, {}, how);
    world.run();
    return heard->outcome() == "ok" ? static_cast<const size_of_all*>((*heard)->view->get())->bytes
                                    : 0;
  }

  const aggregate_type type = [] {
    auto with_snapshots = describe<shelf>();
    with_snapshots.state_fingerprint = state_fingerprint(with_snapshots);
    return with_snapshots;
  }();
};

TEST_F(heavy_aggregates_test, leave_for_others_by_their_weight) {
  simulation world{one_mib()};
  const auto& weight = world.engine().shards().live_bytes();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(outcome_of_storing(world, std::to_string(i), 250 * kib), "ok");
  EXPECT_GT(weight.used(), 1024 * kib) << "the last one grew when it was there";
  EXPECT_EQ(outcome_of_storing(world, "small", 1), "overloaded") << "all were asked just now";
  EXPECT_EQ(outcome_of_storing(world, "4", 1), "ok") << "one that is there may go on";
  world.pass(seconds{2});
  EXPECT_LT(weight.used(), 1024 * kib);
  EXPECT_EQ(world.metric("acta_aggregates_passivated_total"), 1);
  EXPECT_EQ(outcome_of_storing(world, "small", 1), "ok");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(size_of(world, std::to_string(i)), 250 * kib);
  EXPECT_EQ(size_of(world, "4"), 250 * kib + 1);
}

TEST_F(heavy_aggregates_test, weigh_after_a_recovery_what_they_did_before) {
  for (const std::size_t events_of_a_snapshot : {0U, 2U}) {
    auto how = one_mib();
    how.snapshot_every_events = events_of_a_snapshot;
    simulation world{how};
    const auto& weight = world.engine().shards().live_bytes();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome_of_storing(world, "x", 50 * kib), "ok");
    const auto before = weight.used();
    EXPECT_GE(before, 150 * kib);
    EXPECT_LT(before, 151 * kib);
    world.kill(world.engine().actors().shard(0));
    world.run();
    EXPECT_EQ(weight.used(), 0U);
    EXPECT_EQ(size_of(world, "x"), 150 * kib);
    EXPECT_GE(weight.used(), 150 * kib);
    EXPECT_LT(weight.used(), 151 * kib);
  }
}

TEST_F(heavy_aggregates_test, leave_nothing_on_the_account_whatever_happens) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    seeded_random dice{seed};
    auto how = one_mib();
    how.shard_count = 3;
    how.live_bytes = 64 * kib;
    how.live_aggregates = 5;
    how.passivate_after = seconds{5};
    how.evictable_after = milliseconds{dice.next() % 30};
    how.snapshot_every_events = dice.next() % 4;
    simulation world{how, seed};
    std::uint64_t epoch = 1;
    for (int i = 0; i < 150; ++i) {
      const auto id = std::to_string(dice.next() % 8);
      const auto shard = dice.next() % how.shard_count;
      switch (dice.next() % 16) {
        case 0: send(world, id, fall{}); break;
        case 1: world.kill(world.engine().actors().shard(shard)); break;
        case 2:
          if (dice.next() % 4 == 0) world.kill_journal();
          break;
        case 3: world.journal.hold(); break;
        case 4:
        case 5: world.journal.release_all(); break;
        case 6: world.engine().stop_shard(shard, [] {}); break;
        case 7:
        case 8: ASSERT_TRUE(world.engine().start_shard(shard, ++epoch).ok()); break;
        case 9: world.pass_unnoticed(milliseconds{dice.next() % 100}); break;
        default: send(world, id, store{std::string(dice.next() % (16 * kib), 'x')});
      }
      for (auto steps = dice.next() % 12; steps > 0 && world.step(); --steps) {
      }
    }
    world.journal.release_all();
    world.run();
    for (std::size_t shard = 0; shard < how.shard_count; ++shard)
      ASSERT_TRUE(world.engine().start_shard(shard, ++epoch).ok());
    world.pass(seconds{12});  // all deadlines, too
    EXPECT_EQ(world.engine().shards().live_bytes().used(), 0U);
    EXPECT_EQ(world.engine().shards().live_aggregates().used(), 0U);
    world.expect_conserved();
  }
}

}  // namespace
}  // namespace acta::testing
