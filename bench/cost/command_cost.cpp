// The cost of a command from the edge to its answer, which scripts/cost counts in instructions.
// Deposits go to 1,000 live accounts, in as many shards as the first argument says; without one, in
// as many as a new journal has. With a second argument they are traced, and none is sampled.
#include "bench/cost/deposits.hpp"
#include "tests/support/remembering_tracer.hpp"

int main(int count, char** arguments) {
  constexpr std::size_t accounts = 1'000;
  const auto shards = count > 1 ? std::stoul(arguments[1]) : acta::options{}.shard_count;
  acta::testing::remembering_tracer samples_nothing{false};
  acta::bench::deposits load{accounts, false, shards, count > 2 ? &samples_nothing : nullptr};
  return load.count(2 * accounts, 10'000);  // what an account does once is not counted
}
