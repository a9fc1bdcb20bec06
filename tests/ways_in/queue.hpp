// What tests of the queue share: one private broker for the whole program, a client that acta did
// not write, queues of a test's own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/rabbitmq.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

/// Started by the first test that asks; ended with the program.
inline rabbitmq_server& broker() {
  static const auto one = std::make_unique<rabbitmq_server>();
  return *one;
}

/// A message for a counter, or for whatever else its headers say.
inline nlohmann::json message_for(const std::string& aggregate, const std::string& id,
                                  const std::string& command, const std::string& message_id,
                                  const nlohmann::json& body) {
  return {{"headers", {{"acta-aggregate", aggregate}, {"acta-id", id}, {"acta-command", command}}},
          {"messageId", message_id},
          {"body", body.dump()}};
}

/// A queue of its own for each test, and the client.
class queue : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    if (!rabbitmq_server::is_installed() || started()) return;
    started() = broker().start();
    ASSERT_TRUE(started()) << broker().log();
  }
  void SetUp() override {
    if (!rabbitmq_server::is_installed())
      GTEST_SKIP() << "the package rabbitmq-server is not installed: scripts/setup does that";
    ASSERT_TRUE(started());
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    name_ = std::string{test->test_suite_name()} + "." + test->name();
    for (auto& c : name_)
      if (c == '/') c = '.';
    declare();
  }
  void TearDown() override {
    if (rabbitmq_server::is_installed()) client({"delete", name_});
  }

  /// The package's client with these arguments, after the URL; returns what it printed.
  static std::string client(std::vector<std::string> arguments) {
    child_process one{client_command(std::move(arguments))};
    const auto ended = one.wait(std::chrono::seconds{300});
    EXPECT_TRUE(ended && ended->code == 0) << one.err();
    return one.out();
  }
  static std::vector<std::string> client_command(std::vector<std::string> arguments) {
    std::vector<std::string> made{"/usr/bin/env", "NODE_PATH=" + modules(), "node", QUEUE_CLIENT,
                                  broker().url()};
    for (auto& one : arguments) made.push_back(std::move(one));
    return made;
  }

  [[nodiscard]] virtual std::string type() const { return "classic"; }
  void declare() const { client({"declare", name_, type()}); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string dead() const { return name_ + ".dead"; }

  [[nodiscard]] std::string file_of(const std::vector<nlohmann::json>& messages) {
    const auto file = directory_.path() / ("messages" + std::to_string(++files_));
    std::ofstream to{file};
    for (const auto& one : messages) to << one.dump() << '\n';
    return file.string();
  }
  void publish(const std::vector<nlohmann::json>& messages) {
    client({"publish", name_, file_of(messages)});
  }
  static std::size_t count(const std::string& of) {
    const auto text = client({"count", of});
    return text.empty() ? 0 : std::stoul(text);
  }
  static std::vector<nlohmann::json> drain(const std::string& of) {
    std::istringstream lines{client({"drain", of})};
    std::vector<nlohmann::json> all;
    for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

private:
  static bool& started() {
    static bool is = false;
    return is;
  }
  static const std::string& modules() {
    static const std::string at = [] {
      child_process install{{CLIENTS_INSTALL}};
      const auto ended = install.wait(std::chrono::seconds{300});
      EXPECT_TRUE(ended && ended->code == 0) << install.err();
      auto printed = install.out();
      while (!printed.empty() && printed.back() == '\n') printed.pop_back();
      return printed;
    }();
    return at;
  }

  temporary_directory directory_;
  std::string name_;
  int files_ = 0;
};

}  // namespace acta::testing
