// The command line that every application gets: serve, log, verify, backup, repair, schedule,
// schema; and room for its own.
//
//   acta::application app{"bank", "Accounts, event-sourced."};
//   app.host<bank::account>();
//   auto* greet = app.command("greet", "Says hello.", [] { return 0; });   // takes options
//   return app.run(argc, argv);
//
// Without a command it serves. Exit codes: 0 it went well, 1 it did not, 2 some input was
// malformed, whatever else happened; 100 and above: the command line was not understood. That the
// reader of its output leaves, as `head` does, is no error.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "actors/model/describe.hpp"
#include "runtime/cli/amqp_command_line.hpp"
#include "runtime/cli/commands.hpp"

namespace acta {

/// For CLI11's check(): refuses an empty text. An option that is given without a name, by a script
/// whose variable is not set for instance, must not be taken for one that is not given.
[[nodiscard]] inline std::string no_name(const std::string& text) {
  return text.empty() ? "it names nothing" : "";
}

class application {
public:
  application(std::string name, std::string about);

  template <class A>
  void host() {
    host(describe<A>());
  }
  void host(aggregate_type type) { types_.push_back(std::move(type)); }
  /// Keeps the events of an aggregate that the program has no class for any more: see
  /// node.retire().
  void retire(std::string type) { host(retired_aggregate(std::move(type))); }

  /// Has the options of the node that `serve` starts changed by `change`. It is called once, before
  /// any command, and what it makes of `data_directory`, which is --data, is where every command
  /// looks for the journal. Its `tell` hears what serve logs.
  void configure(std::function<void(options&)> change) { configure_ = std::move(change); }

  /// Has `call` called when `serve` has its node, before anybody can reach it: for what lives
  /// beside HTTP, a read model that subscribes for instance. What it starts ends before the node,
  /// or is told then, as a subscription is.
  void on_start(std::function<void(node&)> call) { serving_.started = std::move(call); }

  /// Adds a way in that `serve` opens beside HTTP: acta::amqp({...}), for instance.
  void add(internal::way_in_factory way) { serving_.ways_in.push_back(std::move(way)); }

  /// Adds a command; `action` returns the exit code. The result takes options, and lives as long as
  /// this.
  CLI::App* command(std::string name, std::string help, std::function<int()> action);

  /// Where the journal is, from --data or configure(): known when an action runs.
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  [[nodiscard]] const std::vector<aggregate_type>& types() const { return types_; }

  /// Understands the command line and carries it out; returns the exit code. Errors are told in one
  /// line on standard error. Call it before anything opens a file: it opens /dev/null for standard
  /// descriptors that are closed.
  int run(int argc, char** argv);

private:
  void add_data_option(CLI::App& to);
  void add_standard_commands();
  int carry_out(int argc, char** argv);
  int parse_and_run(int argc, char** argv);
  /// Only within a catch block. Returns the exit code.
  [[nodiscard]] int tell_thrown() const;
  void add_schema_commands();
  void add_schedule_commands();

  CLI::App cli_;
  std::vector<aggregate_type> types_;
  std::filesystem::path data_ = "data";
  serve_options serving_;
  std::function<void(options&)> configure_ = [](options&) {};
  internal::amqp_command_line amqp_;
  log_options logging_;
  std::filesystem::path backup_;
  backup_options backing_up_;
  double backup_rate_ =  // MiB a second
      static_cast<double>(backup_options{}.bytes_per_second) / (1024 * 1024);
  schema_options schemas_;
  schedule_command scheduling_;
  std::vector<std::string> forgotten_;
  bool json_ = false;
  bool serves_ = false;
  bool dry_run_ = false;
  std::function<int()> chosen_;
};

}  // namespace acta
