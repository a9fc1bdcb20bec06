// The search for the knee on a model whose knee can be computed: a queue with servers of a fixed
// service time, in virtual time, under the arrivals of the real open loop.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <vector>

#include "actors/base/histogram.hpp"
#include "runtime/load/arrivals.hpp"
#include "runtime/load/knee.hpp"

namespace acta::internal::load {
namespace {

using std::chrono::nanoseconds;

struct queue_model {
  int servers = 1;
  double capacity = 0;       // a second, of all servers
  nanoseconds objective{0};  // for the 99th percentile

  [[nodiscard]] step run(double rate, std::uint64_t seed) const {
    const auto service = nanoseconds{std::llround(1e9 * servers / capacity)};
    std::priority_queue<nanoseconds, std::vector<nanoseconds>, std::greater<>> free;
    for (int i = 0; i < servers; ++i) free.push(nanoseconds{0});
    // As the harness: ten thousand operations at least.
    const nanoseconds length{std::llround(10'000 / rate * 1e9)};
    arrivals from{{rate, rate, length}, arrival_law::poisson};
    random_numbers chance{seed};
    histogram latencies;
    while (const auto arrival = from.next(chance)) {
      const auto done = std::max(*arrival, free.top()) + service;
      free.pop();
      free.push(done);
      latencies.add(static_cast<std::uint64_t>((done - *arrival).count()));
    }
    return nanoseconds{latencies.at(0.99)} <= objective ? step::held : step::broke;
  }
};

/// By brute force: the share of the capacity at which this share of many steps holds. It is the
/// same for every capacity, if the objective is so many service times.
double load_at_which_hold(double share, const queue_model& model) {
  constexpr int steps = 40;
  double below = 0.05, above = 2;
  while (above / below > 1.01) {
    const auto middle = std::sqrt(below * above);
    int held = 0;
    for (std::uint64_t seed = 1; seed <= steps; ++seed)
      held += model.run(middle * model.capacity, seed * 7'919) == step::held ? 1 : 0;
    (held > share * steps ? below : above) = middle;
  }
  return std::sqrt(below * above);
}

queue_model model_of(int servers, double capacity, double service_times) {
  return {servers, capacity, nanoseconds{std::llround(1e9 * service_times * servers / capacity)}};
}

struct searches {
  int all = 0;
  int around_the_knee = 0;  // the load at which half of the steps hold
};

searches search_on(int servers, double service_times) {
  const auto any = model_of(servers, 1'000, service_times);
  const auto surely_holds = load_at_which_hold(0.95, any);
  const auto knee = load_at_which_hold(0.5, any);
  const auto surely_breaks = load_at_which_hold(0.05, any);
  EXPECT_LT(surely_holds, knee);
  EXPECT_LT(knee, surely_breaks);
  searches made;
  for (const double capacity : {30.0, 1'000.0, 50'000.0, 2e6})
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const auto model = model_of(servers, capacity, service_times);
      auto step_seed = seed << 32U;
      // Another first rate each time, so that the knee is anywhere between two rates of the search.
      const auto first = capacity / 100 * std::pow(1.05, static_cast<double>(seed) / 12);
      const auto found = find_knee({.first_rate = first, .most_rate = capacity * 100, .seed = seed},
                                   [&](double rate) { return model.run(rate, ++step_seed); });
      EXPECT_EQ(found.why, knee_result::end::found) << capacity << ", " << seed;
      const auto held = found.held.value_or(0) / capacity;
      const auto broke = found.broke.value_or(0) / capacity;
      EXPECT_LT(held, std::min(broke, surely_breaks)) << capacity << ", " << seed;
      EXPECT_GT(broke, surely_holds) << capacity << ", " << seed;
      EXPECT_GT(held, surely_holds / 1.1) << capacity << ", " << seed;
      EXPECT_LT(broke, surely_breaks * 1.1) << capacity << ", " << seed;
      EXPECT_LE(found.trials.size(), 100U);
      ++made.all;
      if (held <= knee && knee <= broke) ++made.around_the_knee;
    }
  return made;
}

// Five repeats leave to chance whether a rate that holds in a third of all steps held in four of
// them. So the interval is beside the exact knee now and then, and never where the model is sure.
TEST(knee, of_one_server_is_where_its_queue_breaks_the_objective) {
  const auto made = search_on(1, 20);
  EXPECT_GE(made.around_the_knee, made.all * 85 / 100);
}

TEST(knee, of_four_servers_is_where_their_queue_breaks_the_objective) {
  const auto made = search_on(4, 3);
  EXPECT_GE(made.around_the_knee, made.all * 75 / 100);
}

}  // namespace
}  // namespace acta::internal::load
