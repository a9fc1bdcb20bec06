// The command line that every application gets: serve, log, verify, backup, repair, schedule,
// schema, completion, man; and room for its own.
//
//   acta::application app{"bank", "Accounts, event-sourced."};
//   app.host<bank::account>();
//   app.command("greet", "Says hello.", [] { return 0; });   // takes options: see subcommand
//   return app.run(argc, argv);
//
// Without a command it serves. Exit codes: 0 it went well, 1 it did not, 2 some input was
// malformed, whatever else happened; 100 and above: the command line was not understood. That the
// reader of its output leaves, as `head` does, is no error.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/model/describe.hpp"
#include "runtime/cli/subcommand.hpp"
#include "runtime/delivery/way_in.hpp"
#include "runtime/options.hpp"

namespace acta {

class node;

class application {
public:
  application(std::string name, std::string about);
  ~application();
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  template <class A>
  void host() {
    host(describe<A>());
  }
  void host(aggregate_type type);
  /// Keeps the events of an aggregate that the program has no class for any more: see
  /// node.retire().
  void retire(std::string type) { host(retired_aggregate(std::move(type))); }

  /// Has the options of the node that `serve` starts changed by `change`. It is called once, before
  /// any command, and what it makes of `data_directory`, which is --data, is where every command
  /// looks for the journal. Its `tell` hears what serve logs.
  void configure(std::function<void(options&)> change);

  /// Has `call` called when `serve` has its node, before anybody can reach it: for what lives
  /// beside HTTP, a read model that subscribes for instance. What it starts ends before the node,
  /// or is told then, as a subscription is.
  void on_start(std::function<void(node&)> call);

  /// Adds a way in that `serve` opens beside HTTP: acta::amqp({...}), for instance.
  void add(internal::way_in_factory way);

  /// Adds a command; `action` returns the exit code. The result takes options.
  subcommand command(std::string name, std::string help, std::function<int()> action);

  /// Where the journal is, from --data or configure(): known when an action runs.
  [[nodiscard]] const std::filesystem::path& data() const;
  [[nodiscard]] const std::vector<aggregate_type>& types() const;

  /// Understands the command line and carries it out; returns the exit code. Errors are told in one
  /// line on standard error. Call it before anything opens a file: it opens /dev/null for standard
  /// descriptors that are closed.
  int run(int argc, char** argv);

private:
  class implementation;
  std::unique_ptr<implementation> self_;
};

}  // namespace acta
