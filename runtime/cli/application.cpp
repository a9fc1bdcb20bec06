#include "runtime/cli/application.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "actors/model/guard.hpp"
#include "runtime/cli/help_text.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/delivery/host_name.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/line_writer.hpp"

namespace acta {

using namespace internal;

namespace {

constexpr const char* of_all_commands =
    "Without a command: serve, and it may have the options of that. Exit codes: 0 well, 1 not, 2 "
    "some input was malformed, whatever else happened; 100 and above: the command line was not "
    "understood.";

/// A whole number without zeros in front of it, since CLI11 would take it for an octal one; another
/// text as it is.
std::string decimal(const std::string& text) {
  const auto number = whole_number(text);
  return number ? std::to_string(*number) : text;
}

/// A position as it is printed has its partition in front, and a journal in one process has one.
std::string without_partition(const std::string& position) {
  const auto partition = std::to_string(embedded_partition) + "-";
  return decimal(position.starts_with(partition) ? position.substr(partition.size()) : position);
}

/// Says why `text` is no whole number, or nothing: CLI11 would read what is below 0, or too large,
/// as the largest one.
std::string no_number(const std::string& text) {
  return whole_number(text) ? "" : "'" + text + "' is no whole number from 0 to 2^64 - 1";
}

/// Says why nobody can listen there, or nothing.
std::string no_address(const std::string& text) {
  const auto read = listen_address(text);
  return read ? "" : read.error().detail;
}

/// Says why no request can be for that host, or nothing.
std::string no_host(const std::string& text) {
  return names_host(text) ? ""
                          : "'" + text +
                                "' is no host name: letters, digits and '-', in parts of 1 to 63 "
                                "with a '.' between them, 253 in all";
}

constexpr double least_rate = 0.001;
constexpr double most_rate = 1'000'000;

/// Says why nothing can be copied at so many MiB a second, or nothing.
std::string no_rate(const std::string& text) {
  double rate = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, rate);
  const bool known = read.ec == std::errc{} && read.ptr == end && text.front() != '-';
  // What is not a number is in no range.
  if (known && (rate == 0 || (rate >= least_rate && rate <= most_rate))) return {};
  return "'" + text + "' is neither 0 nor a number of MiB a second from 0.001 to 1000000";
}

/// Returns the message for a command line that was not understood. A line feed within an argument
/// is escaped: the rest of the argument would look like a message of its own.
std::string complaint_of(const CLI::App*, const CLI::Error& told) {
  return printable(told.what()) + "\nRun with --help for more information.\n";
}

/// The arguments as CLI11 takes them, from the last to the first. Options without a command are
/// those of `serve`, but for what the program itself answers.
std::vector<std::string> understood(const CLI::App& cli, int argc, char** argv) {
  std::vector<std::string> all(argv + 1, argv + argc);
  constexpr std::array<std::string_view, 3> own{"-h", "--help", "--version"};
  const auto names_command = [&cli](const std::string& one) {
    return !cli.get_subcommands([&](const CLI::App* known) { return known->get_name() == one; })
                .empty();
  };
  if (!all.empty() && all.front().starts_with('-') &&
      std::find(own.begin(), own.end(), all.front()) == own.end()) {
    if (std::any_of(all.begin(), all.end(), names_command))
      throw CLI::ArgumentMismatch{std::string{"the command comes first, then its options"}};
    all.insert(all.begin(), "serve");
  }
  std::reverse(all.begin(), all.end());
  return all;
}

/// Whether standard output is a pipe or a socket that nobody reads any more.
bool reader_has_left() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

/// Of MiB.
std::uint64_t in_bytes(double mib) { return static_cast<std::uint64_t>(mib * 1024 * 1024); }

/// True if the exception that is being handled has a text of several lines of ours: what its lines
/// hold of others is escaped already. Only within a catch block.
bool has_lines() {
  try {
    throw;
  } catch (const told_in_lines&) {
    return true;
  } catch (const startup_error& told) {
    return told.problem().code == errc::contract_mismatch;
  } catch (...) {
    return false;
  }
}

/// Opens /dev/null for each standard descriptor that is closed. The next files to be opened would
/// take their numbers, and what is printed would be written into the journal.
void open_standard_descriptors() {
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number)
    // Those below are open, so it gets this number.
    if (fcntl(number, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", O_RDWR);
}

}  // namespace

application::application(std::string name, std::string about) : cli_{std::move(about), name} {
  serving_.name = std::move(name);
  cli_.set_version_flag("--version", serving_.name + " on acta 0.1.0");
  cli_.require_subcommand(0, 1);
  cli_.failure_message(complaint_of);
  cli_.formatter(std::make_shared<help_formatter>());
  cli_.footer(of_all_commands);
  add_standard_commands();
}

CLI::App* application::command(std::string name, std::string help, std::function<int()> action) {
  auto* made = cli_.add_subcommand(std::move(name), std::move(help));
  made->footer("");  // not that of the whole, which it would have otherwise
  add_data_option(*made);
  made->callback([this, action = std::move(action)] { chosen_ = action; });
  return made;
}

void application::add_data_option(CLI::App& to) {
  to.add_option("--data", data_, "directory of the journal")->check(no_name)->capture_default_str();
}

void application::add_standard_commands() {
  const auto start = [this] {
    serves_ = true;
    if (auto way = amqp_.way_in()) add(std::move(way));
    return serve(serving_, types_);
  };
  auto* serving = command("serve", "Serves HTTP until it is told to stop", start);
  serving->add_option("--listen", serving_.listen, "HOST:PORT; port 0: any that is free")
      ->check(no_address)
      ->capture_default_str();
  serving
      ->add_option("--host", serving_.hosts,
                   "name that clients may ask for beside IP addresses and localhost; may be given "
                   "again")
      ->check(no_host)
      ->take_all()
      ->allow_extra_args(false);
  serving->add_option("--log-level", serving_.log_level, "least level of the log on standard error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  serving
      ->add_option_function<std::string>(
          "--trace-slower-than",
          [this](const std::string& text) { serving_.trace_slower_than = duration_of(text); },
          "a request that takes longer is traced, sampled or not: 250ms, 2s or 1m (default 1s)")
      ->check([](const std::string& text) { return no_duration(text); });
  amqp_.add_to(*serving);
  serving->footer(std::string{"Traces are exported if OTEL_EXPORTER_OTLP_ENDPOINT names a "
                              "collector: see docs/traces.md.\n\n"} +
                  of_all_commands);
  chosen_ = start;

  auto* logging = command("log", "Prints events as JSON, one a line",
                          [this] { return print_log(data_, types_, logging_); });
  logging->add_option("--from", logging_.from, "first position: 17, or 0-17 as it is printed")
      ->transform(without_partition)
      ->check(no_number)
      ->capture_default_str();
  logging->add_option("--limit", logging_.limit, "most events to print; 0: all")
      ->transform(decimal)
      ->check(no_number)
      ->capture_default_str();
  logging->add_option("--stream", logging_.stream, "only this one, as TYPE/ID")->check(no_name);

  auto* verifying = command("verify", "Reads the whole journal and checks it",
                            [this] { return verify(data_, types_, json_); });
  verifying->add_flag("--json", json_, "print the result as JSON");

  auto* copying =
      command("backup", "Copies the journal, of a running node too, into a directory", [this] {
        backing_up_.bytes_per_second = in_bytes(backup_rate_);
        return backup(data_, backup_, backing_up_);
      });
  copying->add_option("DIR", backup_, "does not exist yet, is empty, or an unfinished backup")
      ->check(no_name)
      ->required();
  copying
      ->add_option("--rate", backup_rate_,
                   "most MiB to copy in a second, from 0.001 to 1000000; 0: no bound")
      ->check(no_rate)
      ->capture_default_str();
  copying->add_flag("--link", backing_up_.link,
                    "share the tables with the journal, on one file system: damage strikes both");

  auto* repairing = command(
      "repair", "Drops the last write of a journal, if it is there in part; nobody may serve it",
      [this] { return repair(data_, types_, dry_run_); });
  repairing->add_flag("--dry-run", dry_run_, "say what would be dropped, and change nothing");
  add_schedule_commands();
  add_schema_commands();
}

void application::add_schedule_commands() {
  auto* all = command("schedule",
                      "Adds, lists, pauses, resumes, cancels and runs schedules, of a running node "
                      "too",
                      {});
  all->require_subcommand(1, 1);
  all->callback([] {});
  const auto add = [&](const char* name, const char* help, bool named) {
    auto* made = all->add_subcommand(name, help);
    add_data_option(*made);
    made->add_flag("--json", scheduling_.as_json, "print the answer as JSON");
    if (named) {
      made->add_option("NAME", scheduling_.name, "of the schedule")->check(no_name)->required();
      made->add_option("--command-id", scheduling_.command_id,
                       "id by which a repeat of this call is recognised");
    }
    made->callback([this, name] {
      scheduling_.call = name;
      chosen_ = [this] { return schedule(data_, types_, scheduling_); };
    });
    return made;
  };
  auto* adding = add("add", "Has a command sent when it is due", true);
  auto* when = adding->add_option_group("when", "exactly one of:");
  when->add_option("--cron", scheduling_.cron,
                   "minute, hour, day-of-month, month and weekday, as in \"0 6 * * MON-FRI\"")
      ->check(no_name);
  when->add_option("--every", scheduling_.every, "an interval: 90s, 15m, 6h, 1d")->check(no_name);
  when->add_option("--at", scheduling_.at, "a time: 2027-01-01T00:00:00Z")->check(no_name);
  when->require_option(1);
  adding->add_option("--zone", scheduling_.zone, "of --cron, as Europe/Zurich; otherwise UTC")
      ->check(no_name);
  std::vector<std::string> policies;
  for (const auto& [policy, word] : missed_names) policies.emplace_back(word);
  adding
      ->add_option(
          "--missed", scheduling_.missed,
          "due times at which nothing ran: make up none (skip), the newest (once, which is "
          "the default), or each, 1000 at most")
      ->check(CLI::IsMember(policies));
  adding->add_option("TYPE", scheduling_.type, "of the aggregate")->check(no_name)->required();
  adding->add_option("ID", scheduling_.id, "of the aggregate")->check(no_name)->required();
  adding->add_option("COMMAND", scheduling_.command, "its name")->check(no_name)->required();
  adding
      ->add_option("JSON", scheduling_.arguments,
                   "its fields; ${due} and ${due:%Y-%m} in texts stand for the due time")
      ->capture_default_str();
  add("list", "Prints each schedule with its last outcome and its next three times", false);
  add("pause", "Leaves out the due times from now on", true);
  add("resume", "Goes on with those from now on", true);
  add("cancel", "Ends a schedule", true);
  add("run-now", "Sends the command now, beside its due times", true);
}

void application::add_schema_commands() {
  // Takes --data as every command does, and looks at a journal only when told which.
  auto* all = command("schema", "Prints schemas and fingerprints as JSON", {});
  all->require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* help) {
    auto* made = all->add_subcommand(name, help);
    made->add_option("--file", schemas_.file, "the lock file")
        ->check(no_name)
        ->capture_default_str();
    return made;
  };
  auto* locking = add("lock", "Adds new published events to the lock file; refuses changed ones");
  auto* checking = add("check", "Says what differs from the lock file, or from a journal");
  auto* forgetting = all->add_subcommand(
      "forget", "Has a journal forget events that were never stored; nobody may serve it");
  forgetting
      ->add_option("EVENT", forgotten_, "its name; or AGGREGATE/EVENT/VERSION, if that is several")
      ->check(no_name)
      ->required();
  add_data_option(*forgetting);
  add_data_option(*locking);
  // Two options, since a complaint names the first name of one.
  for (const auto* name : {"--journal", "--data"})
    checking
        ->add_option(name, schemas_.journal,
                     "directory of a journal to compare with; then with the file only if given")
        ->check(no_name);
  checking->get_option("--journal")->excludes(checking->get_option("--data"));
  // It is called after those of the commands within it.
  all->callback([this, locking, checking, forgetting] {
    chosen_ = [this, locking, checking, forgetting] {
      if (forgetting->parsed()) return forget_events(data_, forgotten_);
      if (locking->parsed()) return lock_schemas(types_, schemas_.file);
      if (!checking->parsed()) return print_schemas(types_);
      schemas_.check_file = schemas_.journal.empty() || checking->count("--file") > 0;
      return check_schemas(types_, schemas_);
    };
  });
}

int application::run(int argc, char** argv) {
  open_standard_descriptors();
  // A reader that leaves, as `head` does, ends no command half-way.
  signal(SIGPIPE, SIG_IGN);
  // So is a file that may not grow further (ulimit -f): a write to it fails, as on a full disk.
  signal(SIGXFSZ, SIG_IGN);
  const auto code = carry_out(argc, argv);
  // Nobody may take half of the output for all of it; but who left knows.
  if (std::cout.flush() || reader_has_left()) return code;
  std::cerr << serving_.name << ": the output could not be written to its end\n";
  // What was malformed stays malformed, whatever else happened.
  return code == 0 ? 1 : code;
}

int application::carry_out(int argc, char** argv) {
  return catching_all([&] { return parse_and_run(argc, argv); }, [&] { return tell_thrown(); });
}

int application::parse_and_run(int argc, char** argv) {
  try {
    cli_.parse(understood(cli_, argc, argv));
    serving_.settings = embedded(data_);
    configure_(serving_.settings);
    data_ = serving_.settings.data_directory;
    const told_abort ending{serving_.name +
                            ": a part of this program ended it by abort(), and says why above; "
                            "while a journal is opened or closed, RocksDB does so where its files "
                            "contradict one another\n"};
    return chosen_();
  } catch (const CLI::ParseError& told) {
    return cli_.exit(told);
  }
}

int application::tell_thrown() const {
  const auto text = thrown_text(std::string::npos);
  // Whoever asked `verify` for JSON gets it, also if it could not begin.
  if (json_)
    std::cout << printable(nlohmann::ordered_json{
                     {"ok", false}, {"sound", false}, {"problem", as_utf8(text)}}
                               .dump())
              << '\n';
  const auto told = serving_.name + ": " + (has_lines() ? printable_lines(text) : printable(text));
  if (serves_)
    // Who started it must see that it ended, also if nobody reads what it says.
    line_writer{STDERR_FILENO, [](std::uint64_t) { return std::string{}; }}.write(told);
  else
    std::cerr << told << '\n';
  return 1;
}

}  // namespace acta
