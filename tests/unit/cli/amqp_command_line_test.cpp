// Which options of `serve` ask for a queue, and which are told to be not enough.
#include "runtime/cli/amqp_command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "runtime/cli/commands.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class amqp_command_line_test : public ::testing::Test {
protected:
  void SetUp() override { ::unsetenv("ACTA_AMQP_URL"); }
  void TearDown() override { ::unsetenv("ACTA_AMQP_URL"); }

  /// Returns "a queue", "none", or why not.
  static std::string with(std::vector<std::string> arguments) {
    CLI::App serve;
    amqp_command_line options;
    options.add_to(serve);
    std::reverse(arguments.begin(), arguments.end());
    try {
      serve.parse(std::move(arguments));
      return options.way_in() ? "a queue" : "none";
    } catch (const CLI::Error& told) {
      return told.what();
    } catch (const command_error& told) {
      return told.what();
    }
  }
  [[nodiscard]] std::string file_of(const std::string& text) const {
    std::ofstream{directory_.path() / "url"} << text;
    return (directory_.path() / "url").string();
  }

  static constexpr const char* url = "amqp://guest:secret@broker";

private:
  testing::temporary_directory directory_;
};

TEST_F(amqp_command_line_test, asks_for_nothing_where_nothing_was_given) {
  EXPECT_EQ(with({}), "none");
  ::setenv("ACTA_AMQP_URL", "", 1);
  EXPECT_EQ(with({}), "none");
}

TEST_F(amqp_command_line_test, says_that_the_url_is_missing_where_only_the_rest_was_given) {
  for (const auto& set : {true, false}) {
    if (set) ::setenv("ACTA_AMQP_URL", "", 1);
    for (const auto& given : std::vector<std::vector<std::string>>{
             {"--queue", "q", "--amqp-readiness", "--amqp-prefetch", "5"},
             {"--queue", "q", "--amqp-dead-letter", "d"},
             {"--amqp-retry-for", "1m"},
             {"--amqp-readiness"}})
      EXPECT_THAT(with(given), AllOf(HasSubstr(given[0]), HasSubstr("URL of a broker is missing"),
                                     HasSubstr("--amqp, --amqp-url-file or ACTA_AMQP_URL")));
    ::unsetenv("ACTA_AMQP_URL");
  }
}

TEST_F(amqp_command_line_test, takes_the_first_line_of_a_file_that_is_not_blank) {
  const std::vector<std::string> rest{"--queue", "q", "--amqp-dead-letter", "d"};
  const auto from = [&](const std::string& text) {
    auto all = rest;
    all.insert(all.end(), {"--amqp-url-file", file_of(text)});
    return with(all);
  };
  EXPECT_EQ(from(std::string{"\n  \r\n "} + url + " \r\nmore\n"), "a queue");
  EXPECT_THAT(from(""), HasSubstr("has no line that could be a URL"));
  EXPECT_THAT(from("\n \n"), HasSubstr("has no line that could be a URL"));
  EXPECT_THAT(from("amqp://guest:secret/x@broker"),
              AllOf(HasSubstr("--amqp-url-file: there is an @"), Not(HasSubstr("secret"))));
}

TEST_F(amqp_command_line_test, names_the_variable_where_that_is_what_is_wrong) {
  ::setenv("ACTA_AMQP_URL", url, 1);
  EXPECT_EQ(with({"--queue", "q", "--amqp-dead-letter", "d"}), "a queue");
  EXPECT_EQ(with({}), "ACTA_AMQP_URL requires --queue and --amqp-dead-letter");
  EXPECT_EQ(with({"--queue", "q"}), "ACTA_AMQP_URL requires --queue and --amqp-dead-letter");
  ::setenv("ACTA_AMQP_URL", "http://secret@broker", 1);
  EXPECT_EQ(with({"--queue", "q", "--amqp-dead-letter", "d"}),
            "ACTA_AMQP_URL: it must begin with amqp:// or amqps://");
}

TEST_F(amqp_command_line_test, goes_before_the_environment) {
  ::setenv("ACTA_AMQP_URL", "nonsense", 1);
  const auto file = file_of(url);
  EXPECT_EQ(with({"--amqp", url, "--queue", "q", "--amqp-dead-letter", "d"}), "a queue");
  EXPECT_EQ(with({"--amqp-url-file", file, "--queue", "q", "--amqp-dead-letter", "d"}), "a queue");
}

TEST_F(amqp_command_line_test, reads_a_time_and_says_how_long_it_may_be) {
  const auto retrying = [](const std::string& time) {
    return with(
        {"--amqp", url, "--queue", "q", "--amqp-dead-letter", "d", "--amqp-retry-for", time});
  };
  EXPECT_EQ(retrying("20m"), "a queue");
  EXPECT_EQ(retrying("0s"), "a queue");
  EXPECT_THAT(retrying("30m"), HasSubstr("--amqp-retry-for: '30m' is no time of at most 20m"));
}

}  // namespace
}  // namespace acta::internal
