// The bank as its users run it: a process with arguments, an exit code and what it prints.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/child_process.hpp"

namespace acta::testing {

/// BANK_PROGRAM is its path, from the build. Tests of another program name that.
inline std::vector<std::string> bank_command(std::vector<std::string> arguments,
                                             const std::string& program = BANK_PROGRAM) {
  arguments.insert(arguments.begin(), program);
  return arguments;
}

struct bank_run {
  exit_status ended;
  std::string out;
  std::string err;
  [[nodiscard]] nlohmann::json json() const {
    return nlohmann::json::parse(out, nullptr, false);  // discarded, and so unequal, if it is none
  }
};

/// Runs the bank to its end. One that does not end is a failure, with exit code -1.
inline bank_run run_bank(std::vector<std::string> arguments,
                         const std::string& program = BANK_PROGRAM) {
  child_process running{bank_command(std::move(arguments), program)};
  const auto ended = running.wait();
  EXPECT_TRUE(ended) << "the bank does not end";
  if (!ended) running.kill();
  return {ended.value_or(exit_status{}), running.out(), running.err()};
}

/// `bank serve` on a free port.
class bank_server {
public:
  /// `within` is a command that runs another one: its arguments are the bank's command.
  explicit bank_server(const std::filesystem::path& data, std::vector<std::string> within = {},
                       const std::string& program = BANK_PROGRAM)
      : program_{command(data, std::move(within), program)} {
    // The greeting ends with the route of the metrics: all of the line with the port is there then.
    EXPECT_TRUE(program_.printed("/metrics")) << program_.err();
    const std::string before = "serves http://127.0.0.1:";
    const auto out = program_.out();
    if (const auto at = out.find(before); at != std::string::npos)
      port_ = static_cast<std::uint16_t>(std::stoul(out.substr(at + before.size())));
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  child_process& program() { return program_; }
  /// SIGTERM, and the end.
  exit_status stop() {
    program_.send(SIGTERM);
    return program_.wait().value_or(exit_status{});
  }

private:
  static std::vector<std::string> command(const std::filesystem::path& data,
                                          std::vector<std::string> within,
                                          const std::string& program) {
    for (auto& part :
         bank_command({"serve", "--listen", "127.0.0.1:0", "--data", data.string()}, program))
      within.push_back(std::move(part));
    return within;
  }
  child_process program_;
  std::uint16_t port_ = 0;
};

/// What `verify` says is what a test expects: sound, with this many events.
inline void expect_sound(const std::filesystem::path& data, std::size_t events,
                         const std::string& program = BANK_PROGRAM) {
  const auto run = run_bank({"verify", "--json", "--data", data.string()}, program);
  EXPECT_EQ(run.ended.code, 0) << run.out << run.err;
  EXPECT_EQ(run.json().value("ok", false), true) << run.out;
  EXPECT_EQ(run.json().value("events", std::size_t{0}), events);
}

inline std::string balances_of(const std::filesystem::path& data) {
  return run_bank({"balances", "--csv", "--data", data.string()}).out;
}

/// The command ids of all events in a journal, in the order of the log.
inline std::vector<std::string> logged_commands(const std::filesystem::path& data) {
  const auto run = run_bank({"log", "--data", data.string()});
  EXPECT_EQ(run.ended.code, 0) << run.err;
  std::vector<std::string> all;
  for (std::size_t begin = 0, end = 0; (end = run.out.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    const auto event = nlohmann::json::parse(run.out.substr(begin, end - begin));
    // A command id need only be unique within its account.
    all.push_back(event.at("stream").get<std::string>() + " " +
                  event.at("command_id").get<std::string>());
  }
  return all;
}

}  // namespace acta::testing
