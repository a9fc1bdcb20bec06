// The cost of a command from the edge to its answer, which scripts/cost counts in instructions.
// Deposits go to 1,000 live accounts.
#include "bench/cost/deposits.hpp"

int main() {
  constexpr std::size_t accounts = 1'000;
  acta::bench::deposits load{accounts, false};
  return load.count(2 * accounts, 10'000);  // what an account does once is not counted
}
