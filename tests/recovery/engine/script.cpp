#include "tests/recovery/engine/script.hpp"

namespace acta::testing {

using namespace internal;

namespace {

scripted_command command(std::size_t stream, std::size_t number) {
  add what{static_cast<std::int64_t>(number + 1)};
  what.times = number % 3 == 0 ? 2 : 1;
  return {"s" + std::to_string(stream), "c" + std::to_string(number), what};
}

/// `count` commands from `first` on, to `streams` streams in turn.
std::vector<scripted_command> commands(std::size_t first, std::size_t count, std::size_t streams) {
  std::vector<scripted_command> made;
  for (auto n = first; n < first + count; ++n) made.push_back(command(n % streams, n));
  return made;
}

script batches_over_streams() {
  script made{"batches_over_streams", 1'000};
  for (std::size_t n = 0; n < 16; n += 4)
    made.steps.push_back({commands(n, 4, 5), {"s0", "s" + std::to_string(n % 5), "absent"}});
  return made;
}

/// The fourth run makes RocksDB compact them.
script runs_and_compactions() {
  script made{"runs_and_compactions", 4};
  for (std::size_t n = 0; n < 16; n += 2) made.steps.push_back({commands(n, 2, 3), {"s1"}});
  return made;
}

script repeats() {
  script made{"repeats", 6};
  for (std::size_t n = 0; n < 8; n += 2) {
    auto at_once = commands(n, 2, 2);
    at_once.push_back(at_once[0]);
    made.steps.push_back({at_once, {"s0"}});
    made.steps.push_back({commands(0, n + 2, 2), {"s1"}});
  }
  return made;
}

script lives() {
  script made{"lives", 5};
  for (std::size_t n = 0; n < 9; n += 3) {
    made.steps.push_back({commands(n, 3, 3), {"s0", "s2"}});
    if (n != 6) made.steps.push_back({{}, {}, true});
  }
  return made;
}

/// Of three aggregates two at most are in memory: each makes room for another, leaves a snapshot,
/// and comes back from it and from what the power cut left behind it.
script comings_and_goings() {
  script made{"comings_and_goings", 7};
  made.engine.live_aggregates = made.engine.shard_count;
  made.engine.evictable_after = std::chrono::milliseconds{0};
  made.engine.snapshot_every_events = 3;
  made.engine.snapshot_on_leave_events = 1;
  for (std::size_t n = 0; n < 12; n += 2) {
    for (const auto& one : commands(n, 2, 3)) made.steps.push_back({{one}, {one.id}});
    if (n % 4 == 2)
      made.steps.push_back({commands(n / 2, 1, 3), {"s" + std::to_string(n / 2 % 3)}});
    if (n == 6) made.steps.push_back({{}, {}, true});
  }
  return made;
}

}  // namespace

std::vector<script> scripts() {
  return {batches_over_streams(), runs_and_compactions(), repeats(), lives(), comings_and_goings()};
}

}  // namespace acta::testing
