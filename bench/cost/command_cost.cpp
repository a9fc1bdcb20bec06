// The cost of a command from the edge to its answer, which scripts/cost counts in instructions.
// Deposits go to 1,000 live accounts, on the deterministic scheduler, with the journal in memory.
// The journal is held: two batches are always under way while the next one gathers, as under load,
// so that every batch has the same size. Only this thread is counted; here it runs every actor.
#include <valgrind/callgrind.h>

#include <iostream>

#include "apps/bank/domain/account.hpp"
#include "tests/support/simulation.hpp"

namespace {

constexpr std::size_t accounts = 1'000;
constexpr std::size_t batch = 100;
constexpr std::size_t commands = 10'000;

class deposits {
public:
  deposits() {
    for (std::size_t i = 0; i < accounts; ++i) {
      ids_.push_back(std::to_string(i));
      send(i, bank::open{"owner", std::nullopt});
    }
    world_.run();
    world_.journal.hold();
    for (std::size_t i = 0; i < 2; ++i) {  // the first two batches, of one command each
      deposit();
      world_.run();
    }
  }

  /// Sends a batch of commands, and settles the oldest of those under way.
  void round() {
    for (std::size_t i = 0; i < batch; ++i) deposit();
    world_.run();
    world_.journal.release_one();
    world_.pass(std::chrono::milliseconds{1});  // 100,000 commands per second share the ticks
  }
  [[nodiscard]] std::size_t stored() const { return stored_; }

private:
  void deposit() { send(next_++ % accounts, bank::deposit{500, "salary"}); }

  template <class Command>
  void send(std::size_t account, Command command) {
    world_.engine().entrance().submit(
        type_, ids_[account], acta::command_index<bank::account, Command>(),
        acta::any_value::of(std::move(command)), {},
        [this](const acta::result<acta::internal::answer>& got) { stored_ += got.ok() ? 1U : 0U; });
  }

  const acta::aggregate_type type_ = acta::describe<bank::account>();
  std::vector<std::string> ids_;
  std::size_t next_ = 0;
  std::size_t stored_ = 0;
  acta::testing::simulation world_{acta::in_memory()};
};

}  // namespace

int main() {
  deposits load;
  while (load.stored() < 2 * accounts) load.round();  // what an account does once is not counted
  const auto before = load.stored();
  CALLGRIND_TOGGLE_COLLECT;
  for (std::size_t i = 0; i < commands / batch; ++i) load.round();
  CALLGRIND_TOGGLE_COLLECT;
  std::cout << load.stored() - before << " commands\n";
  return load.stored() - before == commands ? 0 : 1;
}
