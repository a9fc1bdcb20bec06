// What a program of one's own adds to its command line.
#include "runtime/cli/application.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <optional>

#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {
namespace {

using testing::add;
using testing::counter;
using testing::run;

/// Serves with a subscriber beside it, which ends the program when it has seen an event.
[[noreturn]] void serve_with_a_subscriber(const std::string& data) {
  application app{"counting", "Counts."};
  app.host<counter>();
  std::optional<subscription> mine;
  app.on_start([&](node& here) {
    const aggregates<counter> counters{here, *here.find(counter::type)};
    mine = here.subscribe(from_start, [counters](const recorded_event& event) {
      const auto seen = counters.decode(event);
      if (seen) std::cerr << "seen " << std::get<testing::added>(*seen).amount << std::endl;
      ::kill(::getpid(), SIGTERM);
    });
    counters.send("x", add{5}, {}, [](const result<receipt>&) {});
  });
  std::exit(run(app, {"serve", "--data", data, "--listen", "127.0.0.1:0"}));
}

TEST(application, has_room_for_a_subscriber_beside_what_it_serves) {
  const testing::temporary_directory directory;
  EXPECT_EXIT(serve_with_a_subscriber((directory.path() / "data").string()),
              ::testing::ExitedWithCode(0), "seen 5");
}

TEST(application, says_with_a_code_of_its_own_that_it_did_not_understand) {
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"--data", "x", "verify"},
                                             {"serve", "--listen", "18100"},
                                             {"nonsense"},
                                             {"log", "--from", "18446744073709551616"},
                                             {"log", "--from", "0-18446744073709551616"},
                                             {"log", "--from", "-1"},
                                             {"log", "--limit", "18446744073709551616"}}) {
    application app{"counting", "Counts."};
    app.host<counter>();
    ::testing::internal::CaptureStderr();
    EXPECT_GE(run(app, wrong), 100) << wrong[0];
    EXPECT_NE(::testing::internal::GetCapturedStderr(), "");
  }
}

}  // namespace
}  // namespace acta
