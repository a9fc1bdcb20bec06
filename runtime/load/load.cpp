#include "runtime/load/load.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "runtime/codec/duration.hpp"
#include "runtime/command_line/printing_commands.hpp"
#include "runtime/load/compare_command.hpp"
#include "runtime/load/exit_code.hpp"
#include "runtime/load/interrupt.hpp"
#include "runtime/load/knee_command.hpp"
#include "runtime/load/run_command.hpp"

namespace acta {

namespace {

using namespace internal::load;

/// Says why a text is no time above 0, or nothing.
std::string is_time(const std::string& text) {
  if (auto why = internal::no_duration(text); !why.empty()) return why;
  return internal::duration_of(text)->count() == 0 ? "must be above 0" : "";
}

std::string is_not_empty(const std::string& text) { return text.empty() ? "is empty" : ""; }

CLI::Option* add_path(CLI::App& to, const char* name, auto& path, const char* help) {
  return to.add_option(name, path, help)->check(is_not_empty)->type_name("PATH");
}

void add_target(CLI::App& to, target_options& how) {
  add_path(to, "--data", how.data, "the target's journal (default: a temporary one)");
  auto* credits = to.add_option("--credits", how.credits, "requests the own node admits (65536)");
  auto* url = to.add_option("--url", how.urls, "loads the service there; may be repeated");
  url->excludes(credits);
  to.add_option("--connections", how.connections, "to the service (64)")
      ->check(CLI::Range(1, 10'000))
      ->needs(url);
  add_path(to, "--authorities", how.authorities, "for https: a PEM file of whom to trust")
      ->needs(url);
  to.add_option("--start", how.start, "starts the service by this command")->needs(url);
}

void add_run(CLI::App& app, run_options& how) {
  auto* run = app.add_subcommand("run", "Runs a scenario, and audits what was answered");
  run->add_option("SCENARIO", how.scenario, "a file in JSON")->type_name("PATH")->required();
  add_target(*run, how.target);
  run->add_option_function<std::string>(
         "--kill-every",
         [&how](const std::string& text) { how.target.kill_every = *internal::duration_of(text); },
         "kills the service so often: 5s")
      ->check(is_time)
      ->needs(run->get_option("--start"));
  run->add_option("--repeat", how.repeat, "runs it so often, to know the noise")
      ->check(CLI::Range(1, 1'000));
  add_path(*run, "--report", how.report, "the report, in JSON");
  add_path(*run, "--page", how.page, "the report, as a page");
}

void add_knee(CLI::App& app, knee_options& how) {
  auto* knee = app.add_subcommand("knee", "Finds the highest rate that the thresholds allow");
  knee->add_option("SCENARIO", how.scenario, "a file in JSON, with thresholds")
      ->type_name("PATH")
      ->required();
  add_target(*knee, how.target);
  knee->add_option("--from", how.search.first_rate, "the first rate a second (1000)")
      ->check(CLI::PositiveNumber);
  knee->add_option("--to", how.search.most_rate, "the highest rate a second (1000000)")
      ->check(CLI::PositiveNumber);
  knee->add_option_function<std::string>(
          "--step", [&how](const std::string& text) { how.step = *internal::duration_of(text); },
          "how long a rate is tried (10s)")
      ->check(is_time);
  knee->add_option("--operations", how.operations, "and for how many operations (10000)")
      ->check(CLI::Range(1, 1'000'000'000));
  add_path(*knee, "--report", how.report, "the search, in JSON");
  add_path(*knee, "--page", how.page, "the search, as a page");
}

internal::program_facts facts_of(const std::filesystem::path& program) {
  const auto name = program.filename().string();
  return {.name = name,
          .version = name + " on acta",
          .notes = "",
          .default_command = "",
          .exit_codes = {{"0", "Every threshold held, and the audit passed."},
                         {"1",
                          "A threshold is broken, or somebody ended the run; or the search found "
                          "no rate that holds."},
                         {"2",
                          "The scenario or the command line was not understood, or nothing could "
                          "be started."},
                         {"3", "The audit found something wrong, or could not be done."},
                         {"4", "The generator was late, or is the limit of the search."}}};
}

void add_compare(CLI::App& app, compare_options& how) {
  auto* compare = app.add_subcommand("compare", "Compares two reports, and says what is no noise");
  compare->add_option("A", how.before, "a report in JSON")->type_name("PATH")->required();
  compare->add_option("B", how.after, "another")->type_name("PATH")->required();
}

}  // namespace

int load_main(std::vector<aggregate_type> types, std::vector<load_invariant> invariants, int argc,
              char** argv) {
  CLI::App app{"Puts load on a domain, and checks that every answer was true."};
  app.require_subcommand(1);
  run_options run;
  knee_options knee;
  compare_options compare;
  add_run(app, run);
  add_knee(app, knee);
  add_compare(app, compare);
  internal::add_printing_commands(app, facts_of(argc > 0 ? argv[0] : "load"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    return app.exit(why) == 0 ? exit_code::went_well : exit_code::not_understood;
  }
  const domain with{std::move(types), std::move(invariants)};
  handle_interrupts();
  std::signal(SIGPIPE, SIG_IGN);  // `load … | head` still ends what it started
  try {
    if (app.got_subcommand("run")) return run_command(run, with);
    if (app.got_subcommand("knee")) return knee_command(knee, with);
    return compare_command(compare);
  } catch (const std::system_error& why) {
    return complain(why.what());
  }
}

}  // namespace acta
