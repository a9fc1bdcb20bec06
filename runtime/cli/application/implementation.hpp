// What an application consists of: the parser of its command line, and what the parser reads into.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "runtime/cli/amqp_command_line.hpp"
#include "runtime/cli/application.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/command_line/description.hpp"

namespace acta {

class application::implementation {
public:
  implementation(std::string name, std::string about);
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;

  CLI::App* command(std::string name, std::string help, std::function<int()> action);
  int run(int argc, char** argv);

  std::vector<aggregate_type> types_;
  std::filesystem::path data_ = "data";
  serve_options serving_;
  std::function<void(options&)> configure_ = [](options&) {};

private:
  void add_data_option(CLI::App& to);
  void add_standard_commands();
  void add_serve();
  void add_log();
  void add_backup();
  void add_schedule_commands();
  void add_schema_commands();

  int carry_out(int argc, char** argv);
  int parse_and_run(int argc, char** argv);
  /// Only within a catch block. Returns the exit code.
  [[nodiscard]] int tell_thrown() const;

  CLI::App cli_;
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
