// Durable commands per second through the whole runtime, in process: deposits to 100,000 accounts,
// uniformly, with 2,048 of them outstanding. Rounds of it take turns with the bare log, so that the
// ratio holds on a machine whose speed drifts. Prints JSON; --help says what can be changed.
#include <CLI/CLI.hpp>
#include <acta/node.hpp>
#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "apps/bank/domain/account.hpp"
#include "bench/end_to_end/bare_log.hpp"
#include "bench/end_to_end/closed_loop.hpp"
#include "bench/end_to_end/measuring.hpp"

namespace {

using acta::bench::median;
using acta::bench::metrics_of;
using acta::bench::timed;
using acta::bench::value_in;
using closed_loop = acta::bench::closed_loop<acta::receipt>;

struct parameters {
  std::size_t aggregates = 100'000;
  std::size_t commands = 400'000;  // per round
  std::size_t window = 2'048;
  std::size_t rounds = 5;
  std::size_t bare_records = 200'000;
  std::filesystem::path data;
  acta::bench::scheduling scheduling = {};
};

std::uint64_t bytes_in(const std::filesystem::path& directory) {
  std::uint64_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{directory})
    if (entry.is_regular_file()) sum += entry.file_size();
  return sum;
}

nlohmann::ordered_json measure(const parameters& p) {
  auto how = acta::embedded(p.data / "journal");
  how.credits = std::max(how.credits, 2 * p.window);  // one shard may have most, not all
  p.scheduling.apply_to(how);
  acta::node node{how};
  const auto accounts = node.host<bank::account>();
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < p.aggregates; ++i) ids.push_back(std::to_string(i));

  const auto opening = timed(p.aggregates, [&] {
    closed_loop{
        p.aggregates, p.window,
        [&](std::size_t i, auto done) {
          return accounts.send(ids[i], bank::open{"owner", std::nullopt}, {}, std::move(done));
        }}
        .run();
  });
  std::vector<double> bare, rate, ratio, cost;
  std::atomic<std::uint64_t> chance{20261124};
  for (std::size_t round = 0; round < p.rounds; ++round) {
    bare.push_back(acta::bench::bare_log(p.data, p.bare_records));
    const auto got = timed(p.commands, [&] {
      closed_loop{p.commands, p.window,
                  [&](std::size_t, auto done) {
                    auto x = chance.fetch_add(0x9e37'79b9'7f4a'7c15);
                    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9;  // splitmix64, by S. Vigna
                    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11eb;
                    return accounts.send(ids[(x ^ (x >> 31)) % ids.size()],
                                         bank::deposit{500, "salary"}, {}, std::move(done));
                  }}
          .run();
    });
    rate.push_back(got.per_second);
    cost.push_back(got.us_per_call);
    ratio.push_back(got.per_second / bare.back());
  }
  const auto metrics = metrics_of(node);
  const auto events = node.last().offset;
  node.shut_down(std::chrono::seconds{10});
  return {
      {"aggregates", p.aggregates},
      {"threads", p.scheduling.threads},
      {"scheduler", p.scheduling.name()},
      {"window", p.window},
      {"rounds", p.rounds},
      {"commands_per_round", p.commands},
      {"commands_per_second", median(rate)},
      {"processor_us_per_command", median(cost)},
      {"bare_log_records_per_second", median(bare)},
      {"ratio_to_bare_log", median(ratio)},
      {"all_rounds_commands_per_second", rate},
      {"cold_aggregates_per_second", opening.per_second},
      {"cold_processor_us_per_aggregate", opening.us_per_call},
      {"mean_events_per_batch", value_in(metrics, "acta_journal_batch_events_sum") /
                                    value_in(metrics, "acta_journal_batch_events_count")},
      {"mean_commit_ms", value_in(metrics, "acta_journal_commit_duration_seconds_sum") /
                             value_in(metrics, "acta_journal_commit_duration_seconds_count") * 1e3},
      {"events", events},
      {"bytes_on_disk_per_event",
       static_cast<double>(bytes_in(p.data / "journal")) / static_cast<double>(events)}};
}

}  // namespace

int main(int argc, char** argv) {
  parameters p;
  bool smoke = false;
  CLI::App app{"Durable commands per second through the whole runtime; prints JSON."};
  app.add_option("--aggregates", p.aggregates, "accounts the commands go to, uniformly")
      ->capture_default_str();
  app.add_option("--commands", p.commands, "commands per round")->capture_default_str();
  app.add_option("--window", p.window, "commands outstanding")->capture_default_str();
  app.add_option("--rounds", p.rounds, "rounds; medians are printed")->capture_default_str();
  p.scheduling.add_to(app);
  app.add_option("--data", p.data, "where to write (default: a new temporary directory)");
  app.add_flag("--smoke", smoke, "a second of it, to see that it runs");
  CLI11_PARSE(app, argc, argv);
  if (smoke) p = {1'000, 5'000, 256, 2, 10'000, p.data, p.scheduling};
  const bool temporary = p.data.empty();
  if (temporary) {
    auto name = (std::filesystem::temp_directory_path() / "acta-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) return 1;
    p.data = name;
  }
  const auto code = acta::bench::print("commands_bench", [&p] { return measure(p); });
  if (temporary && code == 0) std::filesystem::remove_all(p.data);
  return code;
}
