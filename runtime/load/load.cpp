#include "runtime/load/load.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "actors/model/malformed.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/load/http_target.hpp"
#include "runtime/load/node_target.hpp"
#include "runtime/load/report.hpp"
#include "runtime/load/run.hpp"
#include "runtime/load/service_process.hpp"
#include "runtime/node.hpp"

namespace acta {

namespace {

using namespace internal::load;

constexpr int went_well = 0;
constexpr int not_understood = 2;
constexpr int audit_failed = 3;
constexpr int generator_was_late = 4;
constexpr std::uint64_t most_lateness_ns = 5'000'000;

struct run_options {
  std::filesystem::path scenario;
  std::filesystem::path data;
  std::filesystem::path report;
  std::string url;
  std::size_t connections = 64;
  std::string start;
  std::chrono::milliseconds kill_every{0};
};

int complain(const std::string& why) {
  std::cerr << why << '\n';
  return not_understood;
}

/// A directory that ends with this.
class temporary_data {
public:
  temporary_data() {
    auto name = (std::filesystem::temp_directory_path() / "acta-load-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  temporary_data(const temporary_data&) = delete;
  temporary_data& operator=(const temporary_data&) = delete;
  ~temporary_data() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

result<scenario> read(const std::filesystem::path& from) {
  std::ifstream file{from};
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) return error{errc::malformed, "cannot be read", {}, {}};
  return parse_scenario(text.str());
}

/// Fails with the field of the scenario that this domain does not have.
result<void> check(const scenario& what, const aggregate_type& type) {
  random_numbers chance{what.seed};
  const auto id = what.id_of(0);
  const auto fits = [&](const kind_of_operation& kind, const std::string& place) -> result<void> {
    if (kind.command.empty()) return {};
    const auto index = type.find_command(kind.command);
    if (!index)
      return internal::malformed(place + ".command",
                                 type.name + " has no command '" + kind.command + "'");
    return node_target::check(type, *index, kind.arguments->make({0, &id}, chance), place);
  };
  for (std::size_t i = 0; i < what.prepare.size(); ++i)
    if (auto good = fits(what.prepare[i].what, "prepare[" + std::to_string(i) + "]"); !good)
      return good;
  for (std::size_t i = 0; i < what.mix.size(); ++i)
    if (auto good = fits(what.mix[i], "mix[" + std::to_string(i) + "]"); !good) return good;
  return {};
}

std::string told(const std::filesystem::path& file, const error& why) {
  return file.string() + ": " + (why.field.empty() ? "" : why.field + ": ") + why.detail;
}

std::string prefix_of_now() {
  return "load-" +
         std::to_string(std::chrono::system_clock::now().time_since_epoch() /
                        std::chrono::microseconds{1}) +
         "-";
}

int judge(const run_result& results) {
  if (!results.audit.passed()) return audit_failed;
  for (const auto& one : results.phases)
    if (one.was_measured && one.lateness.at(0.99) > most_lateness_ns) {
      std::cerr << "the generator was late in phase " << one.name
                << ": its latencies are not the target's\n";
      return generator_was_late;
    }
  return went_well;
}

const aggregate_type* find(const std::vector<aggregate_type>& types, const std::string& name) {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const aggregate_type& one) { return one.name == name; });
  return found == types.end() ? nullptr : &*found;
}

run_settings settings_of_now() {
  return {prefix_of_now(), std::chrono::seconds{30},
          [](const std::string& now) { std::cerr << now << '\n'; }};
}

result<run_result> run_in_process(const run_options& how, const scenario& what,
                                  const aggregate_type& type) {
  const temporary_data own;
  if (how.data.empty() && own.path().empty())
    return error{errc::storage, "no temporary directory can be made"};
  try {
    node serving{embedded(how.data.empty() ? own.path() / "journal" : how.data)};
    const auto& hosted = serving.host(type);
    node_target target{serving, hosted};
    return internal::load::run(what, target, settings_of_now());
  } catch (const startup_error& why) {
    return why.problem();
  }
}

/// Divides a command at its blanks.
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream from{command};
  std::vector<std::string> words;
  for (std::string one; from >> one;) words.push_back(std::move(one));
  return words;
}

result<run_result> run_over_http(const run_options& how, const scenario& what) {
  const auto server = internal::parse_http_url(how.url);
  if (!server) return error{errc::malformed, "--url: " + server.error().detail};
  http_target target{*server, what.aggregate, {.connections = how.connections}};
  std::optional<service_process> service;
  if (const auto command = words_of(how.start); !command.empty()) {
    service.emplace(command, [&target] { return target.is_ready(); });
    if (auto good = service->start(); !good) return good.error();
  } else if (!target.is_ready()) {
    return error{errc::unavailable, "--url: " + server->origin() + " is not ready"};
  }
  auto settings = settings_of_now();
  if (service && how.kill_every.count() > 0) {
    settings.before_phases = [&] { service->kill_every(how.kill_every); };
    settings.before_audit = [&] { return service->leave_alone(); };
  }
  auto results = internal::load::run(what, target, settings);
  if (service && service->kills() > 0)
    std::cerr << "the service was killed " << service->kills() << " times\n";
  return results;
}

int run_scenario(const run_options& how, const std::vector<aggregate_type>& types) {
  const auto what = read(how.scenario);
  if (!what) return complain(told(how.scenario, what.error()));
  const auto* type = find(types, what->aggregate);
  if (type == nullptr)
    return complain(told(
        how.scenario,
        {errc::malformed, "'" + what->aggregate + "' is not in this program", {}, "aggregate"}));
  if (const auto good = check(*what, *type); !good)
    return complain(told(how.scenario, good.error()));
  std::ofstream report;
  if (!how.report.empty()) {
    report.open(how.report);
    if (!report) return complain(how.report.string() + ": cannot be written");
  }
  const auto results =
      how.url.empty() ? run_in_process(how, *what, *type) : run_over_http(how, *what);
  if (!results) return complain(results.error().detail);
  std::cout << summary_of(*what, *results);
  if (report.is_open() && !(report << report_of(*what, *results).dump(1) << '\n'))
    return complain(how.report.string() + ": cannot be written");
  return judge(*results);
}

}  // namespace

int load_main(std::vector<aggregate_type> types, int argc, char** argv) {
  CLI::App app{"Puts load on a domain, and checks that every answer was true."};
  app.require_subcommand(1);
  run_options how;
  auto* run = app.add_subcommand("run", "Runs a scenario, on a node in this process or over HTTP");
  run->add_option("SCENARIO", how.scenario, "a file in JSON")->required();
  run->add_option("--data", how.data, "the journal (default: a new one in a temporary directory)");
  run->add_option("--report", how.report, "where the report goes, in JSON");
  auto* url = run->add_option("--url", how.url, "loads the service there: http://127.0.0.1:8080");
  url->excludes("--data");
  run->add_option("--connections", how.connections, "to the service, kept alive (default 64)")
      ->check(CLI::Range(1, 10'000))
      ->needs(url);
  auto* start =
      run->add_option("--start", how.start, "starts the service by this command first")->needs(url);
  run->add_option_function<std::string>(
         "--kill-every",
         [&how](const std::string& text) { how.kill_every = *internal::duration_of(text); },
         "kills it so often during the phases, by SIGKILL, and starts it again: 5s")
      ->check([](const std::string& text) { return internal::no_duration(text); })
      ->needs(start);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    return app.exit(why) == 0 ? went_well : not_understood;
  }
  return run_scenario(how, types);
}

}  // namespace acta
