// What it costs a hot aggregate that the commands of the last minute are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <limits>

#include "bench/end_to_end/closed_loop.hpp"
#include "runtime/node.hpp"
#include "tests/support/counter.hpp"

namespace acta::testing {

namespace {

constexpr std::size_t commands = 20'000;
constexpr std::size_t outstanding = 1'000;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// A node with one aggregate that has forgotten some commands already.
class hot_account {
public:
  explicit hot_account(std::chrono::milliseconds reach) : node_{options_of(reach)} { run(5'000); }
  /// Sends commands, each under a key of its own; returns what they cost of the processor.
  double run(std::size_t count) {
    const auto begun = processor_seconds();
    bench::closed_loop<receipt>{count, outstanding,
                                [this](std::size_t, auto done) {
                                  call_options how;
                                  how.command_id = "key-" + std::to_string(++key_);
                                  counters_.send("hot", add{1}, std::move(how), std::move(done));
                                }}
        .run();
    return processor_seconds() - begun;
  }

private:
  static options options_of(std::chrono::milliseconds reach) {
    auto how = in_memory();
    how.worker_threads = 1;
    how.snapshot_every_events = 0;
    how.deduplication_reach = reach;
    return how;
  }

  std::atomic<std::uint64_t> key_{0};
  node node_;
  aggregates<counter> counters_ = node_.host<counter>();
};

TEST(hot_account, costs_no_more_with_fresh_keys_when_older_ones_are_known_too) {
  hot_account without{std::chrono::milliseconds{0}};
  hot_account with{std::chrono::milliseconds{60'000}};
  // In turns, so that both have the same share of a machine whose speed drifts; and of each the
  // cheapest round, which the machine's other work disturbed least.
  constexpr auto never = std::numeric_limits<double>::infinity();
  double cheapest_without = never, cheapest_with = never;
  for (int round = 0; round < 9; ++round) {
    cheapest_without = std::min(cheapest_without, without.run(commands));
    cheapest_with = std::min(cheapest_with, with.run(commands));
  }
  EXPECT_LT(cheapest_with, 1.2 * cheapest_without);
}

}  // namespace
}  // namespace acta::testing
