#include "runtime/cli/application/implementation.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "actors/model/guard.hpp"
#include "runtime/cli/application/checks.hpp"
#include "runtime/cli/help_text.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/command_line/printing_commands.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/line_writer.hpp"

namespace acta {

using namespace internal;

namespace {

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

/// True if standard output is a pipe or a socket whose reader has left.
bool reader_has_left() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

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

program_facts facts_of(const std::string& name) {
  return {.name = name,
          .version = name + " on acta 0.1.0",
          .notes = "Without a command: serve, and it may have the options of that.",
          .default_command = "serve",
          .exit_codes = {{"0", "It went well."},
                         {"1", "It did not go well."},
                         {"2", "Some input was malformed, whatever else happened."},
                         {"100 and above", "The command line was not understood."}}};
}

/// The same for the end of --help.
std::string footer_of(const program_facts& facts) {
  return facts.notes +
         " Exit codes: 0 well, 1 not, 2 some input was malformed, whatever else happened; 100 and "
         "above: the command line was not understood.";
}

}  // namespace

application::implementation::implementation(std::string name, std::string about)
    : cli_{std::move(about), name} {
  serving_.name = std::move(name);
  auto facts = facts_of(serving_.name);
  cli_.set_version_flag("--version", facts.version);
  cli_.require_subcommand(0, 1);
  cli_.failure_message(complaint_of);
  cli_.formatter(std::make_shared<help_formatter>());
  cli_.footer(footer_of(facts));
  add_standard_commands();
  add_printing_commands(cli_, std::move(facts));
}

CLI::App* application::implementation::command(std::string name, std::string help,
                                               std::function<int()> action) {
  auto* made = cli_.add_subcommand(std::move(name), std::move(help));
  made->footer("");  // not that of the whole, which it would have otherwise
  add_data_option(*made);
  made->callback([this, action = std::move(action)] { chosen_ = action; });
  return made;
}

void application::implementation::add_data_option(CLI::App& to) {
  to.add_option("--data", data_, "directory of the journal")
      ->check(no_name)
      ->type_name("PATH")
      ->capture_default_str();
}

int application::implementation::run(int argc, char** argv) {
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

int application::implementation::carry_out(int argc, char** argv) {
  return catching_all([&] { return parse_and_run(argc, argv); }, [&] { return tell_thrown(); });
}

int application::implementation::parse_and_run(int argc, char** argv) {
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

int application::implementation::tell_thrown() const {
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
