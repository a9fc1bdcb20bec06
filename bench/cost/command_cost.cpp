// The cost of a command from the edge to its answer, which scripts/cost counts in instructions.
// Deposits go to 1,000 live accounts, in as many shards as the first argument says; without one, in
// as many as a new journal has. With a second argument they are traced, and none is sampled.
#include "bench/cost/deposits.hpp"

namespace {

class samples_nothing final : public acta::internal::tracer {
public:
  bool samples(const acta::internal::span_context&, std::uint64_t) override { return false; }
  bool takes_unsampled(bool our_fault, std::chrono::nanoseconds duration) override {
    return our_fault || duration > std::chrono::hours{1};
  }
  void take(acta::internal::span&&) override {}
};

}  // namespace

int main(int count, char** arguments) {
  constexpr std::size_t accounts = 1'000;
  const auto shards = count > 1 ? std::stoul(arguments[1]) : acta::options{}.shard_count;
  samples_nothing tracer;
  acta::bench::deposits load{accounts, false, shards, count > 2 ? &tracer : nullptr};
  return load.count(2 * accounts, 10'000);  // what an account does once is not counted
}
