// Reads through the whole runtime, in process: from the aggregate and through the cache, uniformly
// over all accounts and of one hot account, in turns within one run, so that the ratios hold on a
// machine whose speed drifts; then a stampede of readers onto one account that nobody has read yet.
// Prints JSON; --help says what can be changed.
#include <CLI/CLI.hpp>
#include <acta/node.hpp>
#include <array>
#include <nlohmann/json.hpp>

#include "apps/bank/domain/account.hpp"
#include "bench/end_to_end/closed_loop.hpp"
#include "bench/end_to_end/measuring.hpp"

namespace {

using acta::bench::closed_loop;
using acta::bench::median;
using acta::bench::metrics_of;
using acta::bench::timed;
using acta::bench::value_in;

struct parameters {
  std::size_t aggregates = 10'000;
  std::size_t reads = 400'000;  // per round and way
  std::size_t window = 2'048;
  std::size_t rounds = 5;
  std::size_t stampede = 10'000;
  acta::bench::scheduling scheduling = {};
};

/// One way of reading, and what its rounds gave.
struct way {
  const char* name;
  acta::freshness fresh;
  bool hot;
  std::vector<double> per_second = {};
  std::vector<double> us_per_read = {};
};

using accounts = acta::aggregates<bank::account>;
using view = acta::versioned<bank::account_view>;

acta::result<void> read(const accounts& all, const std::string& id, acta::freshness fresh,
                        acta::callback<view> done) {
  acta::call_options how;
  how.fresh = fresh;
  return all.get(id, std::move(how), std::move(done));
}

nlohmann::ordered_json result_of(const way& one) {
  return {{"reads_per_second", median(one.per_second)},
          {"processor_us_per_read", median(one.us_per_read)},
          {"all_rounds_reads_per_second", one.per_second}};
}

void run_round(way& how, const accounts& all, const std::vector<std::string>& ids,
               const parameters& p) {
  const auto got = timed(p.reads, [&] {
    closed_loop<view>{p.reads, p.window,
                      [&](std::size_t i, auto done) {
                        // Steps of a prime, so that neighbours in time are none in place.
                        const auto& id = ids[how.hot ? 0 : i * 7'919 % ids.size()];
                        return read(all, id, how.fresh, std::move(done));
                      }}
        .run();
  });
  how.per_second.push_back(got.per_second);
  how.us_per_read.push_back(got.us_per_call);
}

/// Everybody at once, each reading the same account, which was opened just before.
nlohmann::ordered_json stampede(acta::node& node, const accounts& all, std::size_t readers) {
  if (!all.send("cold", bank::open{"owner", std::nullopt}).get()) throw std::runtime_error{"open"};
  const std::string series = R"(acta_cache_loads_total{aggregate="bank.account",outcome="ok"})";
  const auto before = value_in(metrics_of(node), series);
  const auto got = timed(readers, [&] {
    closed_loop<view>{
        readers, readers,
        [&](std::size_t, auto done) { return read(all, "cold", {}, std::move(done)); }}
        .run();
  });
  return {{"readers", readers},
          {"loads", value_in(metrics_of(node), series) - before},
          {"milliseconds", static_cast<double>(readers) / got.per_second * 1e3}};
}

nlohmann::ordered_json measure(const parameters& p) {
  auto how = acta::in_memory();
  how.credits = std::max({how.credits, 2 * p.window, 2 * p.stampede});  // one shard may have most
  p.scheduling.apply_to(how);
  acta::node node{how};
  const auto all = node.host<bank::account>();
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < p.aggregates; ++i) ids.push_back(std::to_string(i));
  closed_loop<acta::receipt>{
      p.aggregates, p.window,
      [&](std::size_t i, auto done) {
        return all.send(ids[i], bank::open{"owner", std::nullopt}, {}, std::move(done));
      }}
      .run();
  std::array ways{way{"uniform_from_aggregate", acta::from_aggregate, false},
                  way{"uniform_through_cache", {}, false},
                  way{"hot_from_aggregate", acta::from_aggregate, true},
                  way{"hot_through_cache", {}, true}};
  nlohmann::ordered_json made{{"aggregates", p.aggregates},
                              {"threads", p.scheduling.threads},
                              {"scheduler", p.scheduling.name()},
                              {"reads_per_round", p.reads},
                              {"window", p.window},
                              {"rounds", p.rounds}};
  for (std::size_t round = 0; round < p.rounds; ++round)
    for (auto& one : ways) run_round(one, all, ids, p);
  for (const auto& one : ways) made[one.name] = result_of(one);
  made["stampede"] = stampede(node, all, p.stampede);
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  parameters p;
  bool smoke = false;
  CLI::App app{"Reads from the aggregate and through the cache; prints JSON."};
  app.add_option("--aggregates", p.aggregates, "accounts the uniform reads go to")
      ->capture_default_str();
  app.add_option("--reads", p.reads, "reads per round, in each of the four ways")
      ->capture_default_str();
  app.add_option("--window", p.window, "reads outstanding")->capture_default_str();
  app.add_option("--rounds", p.rounds, "rounds; medians are printed")->capture_default_str();
  app.add_option("--stampede", p.stampede, "readers of the cold account")->capture_default_str();
  p.scheduling.add_to(app);
  app.add_flag("--smoke", smoke, "a second of it, to see that it runs");
  CLI11_PARSE(app, argc, argv);
  if (smoke) p = {500, 5'000, 256, 2, 1'000, p.scheduling};
  return acta::bench::print("reads_bench", [&p] { return measure(p); });
}
