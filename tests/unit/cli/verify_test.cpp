// What `verify` says of a sound journal whose domain throws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/moody.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using testing::fault;
using testing::feel;
using ::testing::HasSubstr;
using testing::moody;
using ::testing::Not;
using testing::place;
using testing::throwing_in;
using testing::unlucky;

class verify_test : public ::testing::Test {
protected:
  verify_test() {
    auto how = embedded(data());
    how.snapshot_every_events = 1;
    node here{how};
    const auto moods = here.host<moody>();
    for (const auto* id : {"x", "y"}) {
      EXPECT_TRUE(moods.send(id, feel{1}).get().ok());
      EXPECT_TRUE(moods.send(id, feel{unlucky}).get().ok());
      EXPECT_TRUE(moods.send(id, feel{unlucky}).get().ok());
    }
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  struct told {
    int code;
    std::string out;
  };
  told verify(std::vector<std::string> more = {}) const {
    application app{"moods", "Moods."};
    app.host<moody>();
    more.insert(more.begin(), {"verify", "--data", data()});
    ::testing::internal::CaptureStdout();
    const int code = testing::run(app, std::move(more));
    std::cout.flush();
    return {code, ::testing::internal::GetCapturedStdout()};
  }

  testing::temporary_directory directory_;
};

TEST_F(verify_test, tells_a_domain_that_throws_from_a_journal_that_is_not_sound) {
  EXPECT_EQ(verify().code, 0);
  for (const auto where : {place::state_constructor, place::apply, place::event_loaded,
                           place::state_saved, place::state_loaded})
    for (const auto what : {fault::of_the_domain, fault::no_memory}) {
      const throwing_in now{where, what};
      const auto verified = verify();
      EXPECT_EQ(verified.code, 1);
      EXPECT_THAT(verified.out, HasSubstr("NOT ALL REPLAYED: "));
      EXPECT_THAT(verified.out, HasSubstr(what == fault::no_memory ? "no memory" : "threw"));
      EXPECT_THAT(verified.out,
                  HasSubstr("the journal itself is sound: 6 events in 2 streams, 2 snapshots"));
      EXPECT_THAT(verified.out, Not(HasSubstr("NOT SOUND")));
    }
}

TEST_F(verify_test, names_the_event_at_which_the_domain_throws) {
  const throwing_in now{place::apply};
  const auto document = nlohmann::json::parse(verify({"--json"}).out);
  EXPECT_EQ(document.at("ok"), false);
  EXPECT_EQ(document.at("sound"), true);
  EXPECT_EQ(document.at("events"), 6);
  EXPECT_THAT(document.at("problem").get<std::string>(),
              HasSubstr("position 2, test.moody/x, test.moody.felt: "));
}

TEST_F(verify_test, log_shows_the_other_events_when_the_domain_throws_at_one) {
  application app{"moods", "Moods."};
  app.host<moody>();
  const throwing_in now{place::event_loaded};
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(testing::run(app, {"log", "--data", data()}), 1);
  std::cout.flush();
  std::istringstream lines{::testing::internal::GetCapturedStdout()};
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("not all events could be shown"));
  std::size_t shown = 0, not_shown = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    shown += event.contains("payload");
    not_shown += event.contains("problem");
    EXPECT_NE(event.contains("payload"), event.contains("problem")) << line;
    EXPECT_TRUE(event.contains("stream") && event.contains("position")) << line;
  }
  EXPECT_EQ(shown, 2U);
  EXPECT_EQ(not_shown, 4U);
}

}  // namespace
}  // namespace acta
