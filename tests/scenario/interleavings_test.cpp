// The same chaos under many seeds: commands, repeats, reads of every kind and crashes in random
// order, other writers, writes that fail, syncs that are held and released at random moments,
// actors that take turns at random. Whatever happens, every caller is answered once, the log holds
// exactly what the answers said, and no read is older than what was answered before it began.
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "tests/support/simulation.hpp"

namespace acta::testing {
namespace {

struct sent {
  std::string id;
  std::string command_id;
  std::int64_t amount = 0;
  std::vector<reply_ptr> answers;  ///< The first, and those of its repeats.
};

struct asked {
  reply_ptr answer;
  version floor;
};

class chaos {
public:
  /// Under every second seed nobody else writes and no write fails. Only then can be said what a
  /// read must see: what others write, and what a failed write left behind, no cache is told.
  explicit chaos(std::uint64_t seed)
      : alone_{seed % 2 == 0}, dice_{seed}, world_{options_of(seed), seed} {
    // A read that is begun in the moment of an answer comes before all that is told afterwards.
    world_.on_answer = [this](std::string_view id, const result<answer>& got) {
      if (got.ok() && !got->view && dice_.next() % 4 == 0) read(std::string{id});
    };
  }

  void happen() {
    for (int i = 0; i < 300; ++i) {
      act();
      for (auto steps = dice_.next() % 8; steps > 0 && world_.step(); --steps) {
      }
    }
    world_.journal.release_all();
    world_.run();
    world_.journal.reopen();
    // Longer than any deadline: what is unanswered now will never be answered.
    world_.pass(std::chrono::seconds{11});
  }

  void check() {
    std::map<std::string, std::size_t> events_of;
    std::map<std::string, std::uint64_t> versions;
    std::uint64_t offset = 0;
    for (const auto& event : world_.log()) {
      EXPECT_EQ(event.position.offset, ++offset) << "dense positions";
      EXPECT_EQ(event.version.value, ++versions[event.stream.text()]) << "contiguous versions";
      ++events_of[event.metadata.command_id];
    }
    for (const auto& one : commands_) check(one, events_of[one.command_id]);
    for (const auto& one : reads_) check(one);
    world_.expect_conserved();
  }

private:
  static options options_of(std::uint64_t seed) {
    auto how = simulation::few_shards();
    how.batch_events = 1 + seed % 7;
    how.recovery_page_events = 1 + seed % 5;
    how.credits_per_shard = 20;
    how.cache_bytes_per_shard = 300 * (seed % 4);  // none, one view, some of the four
    how.restart_intensity = 1000;
    return how;
  }

  void act() {
    const auto id = std::to_string(dice_.next() % 4);
    switch (dice_.next() % 22) {
      case 0: world_.send(id, explode{dice_.next() % 2 == 0}); break;
      case 1: world_.kill_shard_of(id); break;
      case 2: world_.kill_journal(); break;
      case 3: world_.journal.hold(); break;
      case 4: world_.journal.release_all(); break;
      case 5:
      case 6: world_.journal.release_one(); break;
      case 7:
      case 8:
      case 13: read(id); break;
      case 14:
        if (dice_.next() % 4 == 0) world_.kill_cache_of(id);
        break;
      case 9:
      case 10:
        if (!commands_.empty()) repeat(commands_[dice_.next() % commands_.size()]);
        break;
      case 11:
        if (!alone_) intrude(id);
        break;
      case 12:
        if (!alone_ && dice_.next() % 8 == 0) fail_a_write();
        break;
      default:
        commands_.push_back({id, "c" + std::to_string(commands_.size()), 1, {}});
        repeat(commands_.back());
    }
  }

  void read(const std::string& id) {
    auto floor = newest_answered(id);
    freshness fresh;
    switch (dice_.next() % 4) {
      case 0: fresh = from_aggregate; break;
      case 1:
        floor = floor.next(dice_.next() % 2);
        fresh = at_least(floor);
        break;
      default: break;
    }
    reads_.push_back({world_.read(id, fresh), floor});
  }

  [[nodiscard]] version newest_answered(const std::string& id) const {
    version newest{};
    for (const auto& one : commands_)
      if (one.id == id)
        for (const auto& answer : one.answers)
          if (answer->outcome() == "ok") newest = std::max(newest, (*answer)->version);
    return newest;
  }

  /// Somebody else writes to the stream, as another node would that believes it owns it.
  void intrude(const std::string& id) {
    const stream_id stream{counter::type, id};
    std::uint64_t expected = 0;
    for (const auto& event : world_.log())
      if (event.stream == stream) expected = event.version.value;
    constexpr writer_id intruder{2, 1};
    append_request theirs{stream, intruder, {expected}, {}, {}};
    theirs.metadata.command_id = "intruder";
    theirs.events.push_back({"test.counter.added", 1, {}});
    added event{1};
    const auto encoded =
        cbor_codec{}.encode([&](visitor& v) { return visit(v, event); }, theirs.events[0].payload);
    ASSERT_TRUE(encoded.ok());
    std::vector<append_request> batch;
    batch.push_back(std::move(theirs));
    world_.journal.append(std::move(batch), [](const auto&) {});
    world_.journal.leave(stream, intruder);
  }

  void fail_a_write() {
    const bool kept = dice_.next() % 2 == 0;
    world_.journal.fail_next_append(kept ? memory_journal::after_failure::kept
                                         : memory_journal::after_failure::lost);
    for (int i = 0; i < 3; ++i) {
      act();
      world_.run();
    }
    world_.journal.release_all();
    world_.journal.reopen();
  }

  void repeat(sent& one) {
    one.answers.push_back(world_.send(one.id, add{one.amount}, one.command_id));
  }

  static void check(const sent& one, std::size_t events) {
    EXPECT_LE(events, 1U) << one.command_id << " took effect twice";
    std::size_t firsts = 0;
    for (const auto& answer : one.answers) {
      ASSERT_TRUE(answer->here()) << one.command_id << " was never answered";
      if (answer->outcome() != "ok") continue;
      EXPECT_EQ(events, 1U) << one.command_id << " was answered and is not there";
      if (!(*answer)->repeated) ++firsts;
    }
    EXPECT_LE(firsts, 1U);
  }

  void check(const asked& one) const {
    ASSERT_TRUE(one.answer->here());
    const auto outcome = one.answer->outcome();
    version seen{};
    if (outcome == "ok") {
      seen = (*one.answer)->version;
      EXPECT_EQ(one.answer->sum(), static_cast<std::int64_t>(seen.value))
          << "a read shows the state at its version";
    }
    if (!alone_) return;
    if (outcome == "ok" || outcome == "not_found") {
      EXPECT_GE(seen, one.floor);
    }
  }

  bool alone_;
  seeded_random dice_;
  simulation world_;
  std::vector<sent> commands_;
  std::vector<asked> reads_;
};

class interleavings : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(interleavings, every_caller_is_answered_once_and_the_log_agrees) {
  // Each parameter is a block of seeds, so that the list of tests stays short.
  for (auto seed = GetParam() * 100 + 1; seed <= GetParam() * 100 + 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    chaos one{seed};
    one.happen();
    one.check();
    if (::testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, interleavings, ::testing::Range<std::uint64_t>(0, 4));

}  // namespace
}  // namespace acta::testing
