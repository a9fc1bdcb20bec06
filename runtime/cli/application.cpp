#include "runtime/cli/application.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>

#include "runtime/delivery/http_server.hpp"
#include "runtime/delivery/site.hpp"
#include "runtime/node.hpp"

namespace acta {

namespace {

/// A position as it is printed has its partition in front, and a journal in one process has one.
std::string without_partition(const std::string& position) {
  return position.find("0-") == 0 ? position.substr(2) : position;
}

/// Says why `text` is no whole number, or nothing: what is below 0 would be read as a large one.
std::string no_number(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? "" : "'" + text + "' is no whole number";
}

/// Says why nobody can listen there, or nothing.
std::string no_address(const std::string& text) {
  const auto read = listen_address(text);
  return read ? "" : read.error().detail;
}

/// Says why no request can be for that host, or nothing. A port makes no difference.
std::string no_host(const std::string& text) {
  return host_in(text) ? "" : "'" + text + "' is no host name";
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

}  // namespace

application::application(std::string name, std::string about) : cli_{std::move(about), name} {
  serving_.name = std::move(name);
  cli_.set_version_flag("--version", serving_.name + " on acta 0.1.0");
  cli_.require_subcommand(0, 1);
  cli_.footer(
      "Without a command: serve, and it may have the options of that. Exit codes: 0 well, 1 not, 2 "
      "some input was malformed, whatever\n"
      "else happened; 100 and above: the command line was not understood.");
  add_standard_commands();
}

CLI::App* application::command(std::string name, std::string help, std::function<int()> action) {
  auto* made = cli_.add_subcommand(std::move(name), std::move(help));
  add_data_option(*made);
  made->callback([this, action = std::move(action)] { chosen_ = action; });
  return made;
}

void application::add_data_option(CLI::App& to) {
  to.add_option("--data", data_, "directory of the journal")->capture_default_str();
}

void application::add_standard_commands() {
  const auto start = [this] {
    serving_.data = data_;
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
  chosen_ = start;

  auto* logging = command("log", "Prints events as JSON, one a line",
                          [this] { return print_log(data_, types_, logging_); });
  logging->add_option("--from", logging_.from, "first position: 17, or 0-17 as it is printed")
      ->transform(without_partition)
      ->check(no_number)
      ->capture_default_str();
  logging->add_option("--limit", logging_.limit, "most events to print; 0: all")->check(no_number);
  logging->add_option("--stream", logging_.stream, "only this one, as TYPE/ID");

  auto* verifying = command("verify", "Reads the whole journal and checks it",
                            [this] { return verify(data_, types_, json_); });
  verifying->add_flag("--json", json_, "print the result as JSON");

  auto* copying = command("backup", "Copies the journal, of a running node too, into a directory",
                          [this] { return backup(data_, backup_); });
  copying->add_option("DIR", backup_, "does not exist yet, or is empty")->required();

  auto* repairing = command("repair", "Drops the last write of a journal, if it is there in part",
                            [this] { return repair(data_, types_, dry_run_); });
  repairing->add_flag("--dry-run", dry_run_, "say what would be dropped, and change nothing");
  add_schema_commands();
}

void application::add_schema_commands() {
  // Takes --data as every command does, and looks at a journal only when told which.
  auto* all = command("schema", "Prints schemas and fingerprints as JSON", {});
  all->require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* help) {
    auto* made = all->add_subcommand(name, help);
    made->add_option("--file", schemas_.file, "the lock file")->capture_default_str();
    return made;
  };
  auto* locking = add("lock", "Adds new published events to the lock file; refuses changed ones");
  auto* checking = add("check", "Says what differs from the lock file, or from a journal");
  add_data_option(*locking);
  checking->add_option("--journal,--data", schemas_.journal,
                       "directory of a journal to compare with; then with the file only if given");
  // It is called after those of the commands within it.
  all->callback([this, locking, checking] {
    chosen_ = [this, locking, checking] {
      if (locking->parsed()) return lock_schemas(types_, schemas_.file);
      if (!checking->parsed()) return print_schemas(types_);
      schemas_.check_file = schemas_.journal.empty() || checking->count("--file") > 0;
      return check_schemas(types_, schemas_);
    };
  });
}

int application::run(int argc, char** argv) {
  // A reader that leaves, as `head` does, ends no command half-way.
  signal(SIGPIPE, SIG_IGN);
  // So is a file that may not grow further (ulimit -f): a write to it fails, as on a full disk.
  signal(SIGXFSZ, SIG_IGN);
  try {
    cli_.parse(understood(cli_, argc, argv));
    // To the embedding API no name means: in memory. Nobody who forgot a variable means that.
    if (data_.empty()) throw command_error{"--data names no directory"};
    const auto code = chosen_();
    // Nobody may take half of the output for all of it; but who left knows.
    if (!std::cout.flush() && !reader_has_left())
      throw command_error{"the output could not be written to its end"};
    return code;
  } catch (const CLI::ParseError& told) {
    return cli_.exit(told);
  } catch (const std::exception& failed) {
    std::cerr << serving_.name << ": " << failed.what() << '\n';
    return 1;
  }
}

}  // namespace acta
