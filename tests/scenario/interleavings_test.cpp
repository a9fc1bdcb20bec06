// The same chaos under many seeds: commands, repeats, reads of every kind and crashes in random
// order, other writers, writes that fail, syncs that are held and released at random moments,
// actors that take turns at random. Whatever happens, every caller is answered once, the log holds
// exactly what the answers said, and no read is older than what was answered before it began. The
// seeds are 1 to 1,000, or to ACTA_SEEDS, or ACTA_SEED alone.
#include <gtest/gtest.h>

#include "tests/support/journal_calls.hpp"
#include "tests/support/random_calls.hpp"
#include "tests/support/setting.hpp"

namespace acta::testing {

using namespace internal;
namespace {

class chaos {
public:
  /// Under every second seed nobody else writes and no write fails. Only then are the caches read:
  /// what others write, and what a failed write left behind, they are not told.
  explicit chaos(std::uint64_t seed) : alone_{seed % 2 == 0}, calls_{options_of(seed), seed} {
    calls_.on_answer = [this](const std::string& id, const result<answer>& outcome) {
      // Begun in the moment of an answer, it comes before all that is told afterwards.
      if (outcome.ok() && dice_.next() % 4 == 0) read(id);
    };
  }

  void happen() {
    calls_.take_turns([this] { act(); });
    world_.journal.reopen();
    calls_.pass_all_deadlines();
    // What others wrote last, or a failed write left, nobody tells the node: who follows the log
    // hears of it with the node's own next write.
    calls_.send_new("last", add{1});
    calls_.pass_all_deadlines();
  }
  void check() { calls_.check(); }

private:
  static options options_of(std::uint64_t seed) {
    auto how = random_calls::options_of(seed);
    how.credits = 40;
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
      case 10: calls_.send_again(); break;
      case 11:
        if (!alone_) intrude(id);
        break;
      case 12:
        if (!alone_ && dice_.next() % 8 == 0) fail_a_write();
        break;
      default: calls_.send_new(id, some_command());
    }
  }

  random_calls::command some_command() {
    // What it notes depends on every event before it: nothing shows better what a decision saw.
    if (dice_.next() % 3 == 0) return note{};
    add made{static_cast<std::int64_t>(dice_.next() % 100)};
    made.times = dice_.next() % 4 == 0 ? 2 : 1;
    return made;
  }

  void read(const std::string& id) { calls_.read(id, some_freshness(id)); }

  freshness some_freshness(const std::string& id) {
    const auto which = dice_.next() % 4;
    if (!alone_ || which == 0) return from_aggregate;
    return which == 1 ? at_least(calls_.newest[id].next(dice_.next() % 2)) : freshness{};
  }

  /// Somebody else writes to the stream, as another node would that believes it owns it.
  void intrude(const std::string& id) {
    const auto stream = counter_stream(id);
    std::uint64_t expected = 0;
    for (const auto& event : world_.log())
      if (event.stream == stream) expected = event.version.value;
    // Each time another life: a writer that was refused once must recover first.
    const writer_id intruder{2, ++intruders_};
    append_request theirs{stream, intruder, {expected}, {}, events_of(add{1})};
    theirs.metadata.time = world_.time().wall();  // an aggregate's events never go back in time
    theirs.metadata.command_id = "intruder " + std::to_string(intruders_);
    const auto call = calls_.told.sends(stream, theirs.metadata.command_id, theirs.events,
                                        history::sender::elsewhere);
    std::vector<append_request> batch;
    batch.push_back(std::move(theirs));
    world_.journal.append(std::move(batch), [=, this](const auto& results) {
      calls_.told.answered(call, intruders_answer(results.at(0).status, expected + 1));
    });
    world_.journal.leave(only_partition, stream, intruder);
  }

  static result<acknowledgement> intruders_answer(append_status got, std::uint64_t version) {
    switch (got) {
      case append_status::stored: return acknowledgement{{version}, 1, false};
      case append_status::unknown: return error{errc::outcome_unknown, ""};
      case append_status::read_only: return error{errc::read_only, ""};
      default: return error{errc::conflict, ""};
    }
  }

  void fail_a_write() {
    const bool kept = dice_.next() % 2 == 0;
    world_.journal.fail_next_append(kept ? held_journal::after_failure::kept
                                         : held_journal::after_failure::lost);
    for (int i = 0; i < 3; ++i) {
      act();
      world_.run();
    }
    world_.journal.release_all();
    // All hear that it takes no writes before it does again: a journal is opened again by a process
    // that knows nothing of what was decided on top of the write that failed.
    world_.run();
    world_.journal.reopen();
  }

  const bool alone_;
  std::size_t intruders_ = 0;
  random_calls calls_;
  seeded_random& dice_ = calls_.dice;
  simulation& world_ = calls_.world;
};

/// One of ten blocks of seeds, so that the list of tests stays short and several run at a time.
class interleavings : public ::testing::TestWithParam<std::uint64_t> {
protected:
  static constexpr std::uint64_t blocks = 10;
  static std::vector<std::uint64_t> seeds() {
    if (const auto one = setting("ACTA_SEED"))
      return GetParam() == 0 ? std::vector{*one} : std::vector<std::uint64_t>{};
    std::vector<std::uint64_t> all;
    for (auto seed = GetParam() + 1; seed <= setting("ACTA_SEEDS").value_or(1'000); seed += blocks)
      all.push_back(seed);
    return all;
  }
};

TEST_P(interleavings, every_caller_is_answered_once_and_the_log_agrees) {
  for (const auto seed : seeds()) {
    SCOPED_TRACE("ACTA_SEED=" + std::to_string(seed) + " repeats this");
    chaos one{seed};
    one.happen();
    one.check();
    if (::testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, interleavings, ::testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace acta::testing
