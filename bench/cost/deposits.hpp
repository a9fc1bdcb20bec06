// Deposits on the deterministic scheduler, with the journal in memory, for the benches that count
// instructions. The journal is held: two batches are always under way while the next one gathers,
// as under load, so that every batch has the same size. Only this thread is counted; here it runs
// every actor.
#pragma once

#include <valgrind/callgrind.h>

#include <iostream>
#include <string>

#include "apps/bank/domain/account.hpp"
#include "tests/support/simulation.hpp"

namespace acta::bench {

class deposits {
public:
  /// `keys`: each command has a command id of its own.
  deposits(std::size_t accounts, bool keys, std::size_t shards = options{}.shard_count,
           internal::tracer* spans = nullptr)
      : keys_{keys}, world_{with_shards(shards), 0, 1, {spans}} {
    for (std::size_t i = 0; i < accounts; ++i) {
      ids_.push_back(std::to_string(i));
      send(i, ::bank::open{"owner", std::nullopt});
    }
    world_.run();
    world_.journal.hold();
    for (std::size_t i = 0; i < 2; ++i) {  // the first two batches, of one command each
      deposit();
      world_.run();
    }
  }

  /// Stores `uncounted` commands, then `counted` ones while callgrind counts. Prints how many were
  /// counted, and returns what main() returns.
  int count(std::size_t uncounted, std::size_t counted) {
    while (stored_ < uncounted) round();
    const auto before = stored_;
    CALLGRIND_TOGGLE_COLLECT;
    for (std::size_t i = 0; i < counted / batch; ++i) round();
    CALLGRIND_TOGGLE_COLLECT;
    std::cout << stored_ - before << " commands\n";
    return stored_ - before == counted ? 0 : 1;
  }

private:
  static constexpr std::size_t batch = 100;
  static options with_shards(std::size_t shards) {
    auto how = in_memory();
    how.shard_count = shards;
    return how;
  }

  /// Sends a batch of commands, and settles the oldest of those under way.
  void round() {
    for (std::size_t i = 0; i < batch; ++i) deposit();
    world_.run();
    world_.journal.release_one();
    world_.pass(std::chrono::milliseconds{1});  // 100,000 commands per second share the ticks
  }
  void deposit() { send(next_++ % ids_.size(), ::bank::deposit{500, "salary"}); }

  [[nodiscard]] call_options with_key() const {
    call_options how;
    if (keys_) how.command_id = "key-" + std::to_string(next_);
    return how;
  }

  template <class Command>
  void send(std::size_t account, Command command) {
    std::ignore = world_.engine().entrance().submit(
        type_, ids_[account], command_index<::bank::account, Command>(),
        any_value::of(std::move(command)), with_key(),
        [this](const result<internal::answer>& reply) { stored_ += reply.ok() ? 1U : 0U; });
  }

  const aggregate_type type_ = describe<::bank::account>();
  const bool keys_;
  std::vector<std::string> ids_;
  std::size_t next_ = 0;
  std::size_t stored_ = 0;
  testing::simulation world_;
};

}  // namespace acta::bench
