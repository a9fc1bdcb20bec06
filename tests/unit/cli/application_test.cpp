// What a program of one's own adds to its command line.
#include "runtime/cli/application.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <thread>

#include "actors/ports/users_code.hpp"
#include "runtime/cli/greeting.hpp"
#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using testing::add;
using testing::counter;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run;

/// Serves with a subscriber beside it, which ends the program when it has seen an event.
[[noreturn]] void serve_with_a_subscriber(const std::string& data) {
  application app{"counting", "Counts."};
  app.host<counter>();
  std::optional<subscription> mine;
  app.on_start([&](node& here) {
    const auto counters = here.aggregates<counter>();
    mine = here.subscribe(from_start, [counters](const recorded_event& event) {
      const auto seen = counters.decode(event);
      if (seen) std::cerr << "seen " << std::get<testing::added>(*seen).amount << std::endl;
      ::kill(::getpid(), SIGTERM);
    });
    std::ignore = counters.send("x", add{5}, {}, [](const result<receipt>&) {});
  });
  std::exit(run(app, {"serve", "--data", data, "--listen", "127.0.0.1:0"}));
}

TEST(application, has_room_for_a_subscriber_beside_what_it_serves) {
  const testing::temporary_directory directory;
  EXPECT_EXIT(serve_with_a_subscriber((directory.path() / "data").string()),
              ::testing::ExitedWithCode(0), "seen 5");
}

TEST(application, verifies_what_one_moment_shows_beside_a_busy_node) {
  const testing::temporary_directory directory;
  const auto data = directory.path() / "data";
  auto how = embedded(data);
  how.snapshot_every_events = 7;
  node busy{how};
  const auto counters = busy.host<counter>();
  std::atomic<bool> enough{false};
  std::atomic<std::uint64_t> sent{0};
  std::thread client{[&] {
    for (; !enough; ++sent) EXPECT_TRUE(counters.send(std::to_string(sent % 3), add{1}).get().ok());
  }};
  while (sent < 100) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) {
    application app{"counting", "Counts."};
    app.host<counter>();
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run(app, {"verify", "--data", data.string()}), 0);
    const auto said = ::testing::internal::GetCapturedStdout();
    EXPECT_NE(said.find("3 snapshots"), std::string::npos) << said;
  }
  enough = true;
  client.join();
}

TEST(application, says_with_a_code_of_its_own_that_it_did_not_understand) {
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"--data", "x", "verify"},
                                             {"serve", "--listen", "18100"},
                                             {"nonsense"},
                                             {"log", "--from", "18446744073709551616"},
                                             {"log", "--from", "0-18446744073709551616"},
                                             {"log", "--from", "-1"},
                                             {"log", "--limit", "18446744073709551616"},
                                             {"serve", "--host", "here:80"},
                                             {"serve", "--host", "::1"},
                                             {"serve", "--host", "[::1]"},
                                             {"serve", "--trace-slower-than", "2"},
                                             {"serve", "--trace-slower-than", "-1s"},
                                             {"serve", "--trace-slower-than", "1.5s"},
                                             {"serve", "--trace-slower-than", "25h"},
                                             {"serve", "--trace-slower-than", "1441m"}}) {
    application app{"counting", "Counts."};
    app.host<counter>();
    ::testing::internal::CaptureStderr();
    EXPECT_GE(run(app, wrong), 100) << wrong[0];
    EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
  }
}

/// As of a script whose variable is not set.
TEST(application, takes_no_option_without_a_name_for_one_that_is_not_given) {
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"serve", "--data", ""},
           {"verify", "--data", ""},
           {"log", "--stream", ""},
           {"log", "--stream="},
           {"backup", ""},
           {"serve", "--host", ""},
           {"serve", "--listen", ""},
           {"serve", "--log-level", ""},
           {"serve", "--trace-slower-than", ""},
           {"schema", "lock", "--file", ""},
           {"schema", "lock", "--data", ""},
           {"schema", "check", "--file", ""},
           {"schema", "check", "--journal", ""},
           {"schema", "check", "--data", ""},
           {"schema", "forget", ""},
           {"schema", "forget", "test.counter.added", "--data", ""}}) {
    application app{"counting", "Counts."};
    app.host<counter>();
    ::testing::internal::CaptureStderr();
    EXPECT_GE(run(app, wrong), 100) << ::testing::PrintToString(wrong);
    EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
  }
}

/// What --help prints of a command.
std::string help_of(const std::vector<std::string>& command) {
  application app{"counting", "Counts."};
  app.host<counter>();
  auto arguments = command;
  arguments.push_back("--help");
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(run(app, arguments), 0);
  std::cout.flush();
  return ::testing::internal::GetCapturedStdout();
}

TEST(application, shows_its_help_within_80_columns) {
  for (const auto& command : std::vector<std::vector<std::string>>{
           {}, {"serve"}, {"backup"}, {"schedule"}, {"schedule", "add"}, {"schema", "check"}}) {
    std::istringstream lines{help_of(command)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
  EXPECT_THAT(help_of({"schedule", "add"}),
              HasSubstr("make up none\n" + std::string(30, ' ') + "(skip), the newest (once"));
}

TEST(application, says_in_its_help_what_belongs_to_the_command) {
  const auto adding = help_of({"schedule", "add"});
  EXPECT_THAT(adding, HasSubstr("exactly one of:"));
  EXPECT_THAT(adding, Not(HasSubstr("Exactly 1 of")));
  EXPECT_THAT(adding, HasSubstr("{skip,once,each}"));
  EXPECT_THAT(adding, Not(HasSubstr("Without a command")));
  EXPECT_THAT(help_of({"log"}), Not(HasSubstr("Without a command")));
  EXPECT_THAT(help_of({}), HasSubstr("Without a command"));
  EXPECT_THAT(help_of({"serve"}), HasSubstr("Without a command"));
  EXPECT_THAT(help_of({"serve"}), HasSubstr("OTEL_EXPORTER_OTLP_ENDPOINT"));
}

TEST(application, greets_with_the_first_command_of_a_type_since_others_may_be_refused) {
  const auto types = std::vector{describe<counter>()};
  internal::users_code users;
  serve_options how;
  how.name = "counting";
  ::testing::internal::CaptureStdout();
  internal::greet(how, "http://here", types, users);
  std::cout.flush();
  const auto said = ::testing::internal::GetCapturedStdout();
  ASSERT_GT(types[0].commands.size(), 1U);
  EXPECT_THAT(said, HasSubstr("4711/" + types[0].commands[0].name));
  EXPECT_THAT(said, Not(HasSubstr("4711/" + types[0].commands[1].name)));
}

TEST(application, schedules_nothing_where_there_is_no_journal) {
  const testing::temporary_directory directory;
  const auto data = directory.path() / "data";
  for (const auto& call : std::vector<std::vector<std::string>>{
           {"add", "a", "--every", "1d", "test.counter", "x", "add", R"({"amount": 5})"},
           {"list"},
           {"pause", "a"},
           {"resume", "a"},
           {"cancel", "a"},
           {"run-now", "a"}}) {
    application app{"counting", "Counts."};
    app.host<counter>();
    std::vector<std::string> arguments{"schedule"};
    arguments.insert(arguments.end(), call.begin(), call.end());
    arguments.insert(arguments.end(), {"--data", data.string()});
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(run(app, arguments), 1) << call[0];
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "counting: there is no journal in " + data.string() +
                  ": start the service first, or name its directory with --data\n");
    EXPECT_FALSE(std::filesystem::exists(data));
  }
}

TEST(application, gives_json_to_whoever_wants_it_also_if_verify_cannot_begin) {
  application app{"counting", "Counts."};
  app.configure([](options&) { throw command_error{"no such setting"}; });
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(run(app, {"verify", "--json"}), 1);
  std::cout.flush();
  const auto told = nlohmann::json::parse(::testing::internal::GetCapturedStdout(), nullptr, false);
  EXPECT_EQ(told.value("ok", true), false);
  EXPECT_EQ(told.value("problem", ""), "no such setting");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "counting: no such setting\n");
}

}  // namespace
}  // namespace acta
