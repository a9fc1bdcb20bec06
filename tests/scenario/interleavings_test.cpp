// The same chaos under many seeds: commands, repeats, reads of every kind and crashes in random
// order, other writers, writes that fail, syncs that are held and released at random moments,
// actors that take turns at random. Whatever happens, every caller is answered once, the log holds
// exactly what the answers said, and no read is older than what was answered before it began. The
// seeds are 1 to 1,000, or to ACTA_SEEDS, or ACTA_SEED alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <variant>

#include "tests/support/counter_history.hpp"
#include "tests/support/setting.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

struct sent {
  std::string id;
  std::string command_id;
  std::variant<add, note> what;
};

class chaos {
public:
  /// Under every second seed nobody else writes and no write fails. Only then are the caches read:
  /// what others write, and what a failed write left behind, they are not told.
  explicit chaos(std::uint64_t seed)
      : alone_{seed % 2 == 0}, dice_{seed}, world_{options_of(seed), seed} {
    world_.engine().subscribe(from_start, std::make_shared<subscriber>(
                                              [this](const auto& event) { told_.shown(event); }));
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
    const auto log = world_.log();
    for (const auto& violation : testing::check(told_, log, amount_of_added))
      ADD_FAILURE() << violation;
    EXPECT_EQ(told_.shown().size(), log.size()) << "the subscriber is shown all of it";
    world_.expect_conserved();
  }

private:
  static options options_of(std::uint64_t seed) {
    auto how = simulation::few_shards();
    how.batch_events = 1 + seed % 7;
    how.recovery_page_events = 1 + seed % 5;
    how.credits_per_shard = 20;
    how.cache_bytes_per_shard = 300 * (seed / 2 % 4);  // none, one view, some of the four
    how.snapshot_every_events = 1 + seed % 3;
    how.restart_intensity = 1000;
    how.deduplication_window = 1 + seed % 4;  // nearly every repeat is of an older command
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
        if (!commands_.empty()) send(commands_[dice_.next() % commands_.size()]);
        break;
      case 11:
        if (!alone_) intrude(id);
        break;
      case 12:
        if (!alone_ && dice_.next() % 8 == 0) fail_a_write();
        break;
      default:
        commands_.push_back({id, "c" + std::to_string(commands_.size()), some_command()});
        send(commands_.back());
    }
  }

  std::variant<add, note> some_command() {
    // What it notes depends on every event before it: nothing shows better what a decision saw.
    if (dice_.next() % 3 == 0) return note{};
    add made{static_cast<std::int64_t>(dice_.next() % 100)};
    made.times = dice_.next() % 4 == 0 ? 2 : 1;
    return made;
  }

  /// Sends a command, for the first time or again.
  void send(const sent& one) {
    std::visit([&](const auto& command) { send(one, command); }, one.what);
  }
  template <class Command>
  void send(const sent& one, const Command& command) {
    const auto call = told_.sends(counter_stream(one.id), one.command_id, decides(command));
    world_.send(one.id, command, one.command_id)->then([this, call, id = one.id](const auto& got) {
      told_.answered(call, acknowledgement_of(got));
      if (!got.ok()) return;
      newest_[id] = std::max(newest_[id], got->version);
      // Begun in the moment of an answer, it comes before all that is told afterwards.
      if (dice_.next() % 4 == 0) read(id);
    });
  }

  void read(const std::string& id) {
    const auto call = told_.reads(counter_stream(id));
    world_.read(id, some_freshness(id))->then([this, call](const auto& got) {
      told_.answered(call, view_of(got));
    });
  }

  freshness some_freshness(const std::string& id) {
    const auto which = dice_.next() % 4;
    if (!alone_ || which == 0) return from_aggregate;
    return which == 1 ? at_least(newest_[id].next(dice_.next() % 2)) : freshness{};
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
    const auto call =
        told_.sends(stream, theirs.metadata.command_id, theirs.events, history::sender::elsewhere);
    std::vector<append_request> batch;
    batch.push_back(std::move(theirs));
    world_.journal.append(std::move(batch), [=, this](const auto& results) {
      told_.answered(call, intruders_answer(results.at(0).status, expected + 1));
    });
    world_.journal.leave(stream, intruder);
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
    world_.journal.fail_next_append(kept ? memory_journal::after_failure::kept
                                         : memory_journal::after_failure::lost);
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
  seeded_random dice_;
  std::map<std::string, version> newest_;  // that was answered
  history told_;
  simulation world_;
  std::vector<sent> commands_;
  std::size_t intruders_ = 0;
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
