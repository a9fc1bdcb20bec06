// Options and arguments of a program's own command.
#include "runtime/cli/subcommand.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <limits>

#include "tests/support/command_line.hpp"

namespace acta {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// One command with an option of each kind.
class a_subcommand : public ::testing::Test {
protected:
  a_subcommand() {
    app_.command("fetch", "Fetches.", [] { return 7; })
        .argument("FROM", from_, "a file")
        .argument("REST", rest_, "more of them", presence::optional)
        .option("--note", note_, "a text")
        .option("--to", to_, "a directory")
        .option("--tag", tags_, "may be given again")
        .option("--less", less_, "a small number")
        .option("--change", change_, "a number")
        .option("-m,--most", most_, "a large number")
        .option("--rate", rate_, "any number")
        .flag("--json", json_, "as JSON")
        .footer("That is all.");
  }

  int fetch(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "fetch");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const auto code = testing::run(app_, std::move(arguments));
    std::cout.flush();
    out_ = ::testing::internal::GetCapturedStdout();
    complaint_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  application app_{"fetching", "Fetches."};
  std::filesystem::path from_;
  std::vector<std::string> rest_;
  std::string note_ = "none";
  std::filesystem::path to_ = "here";
  std::vector<std::string> tags_;
  int less_ = 3;
  std::int64_t change_ = 0;
  std::uint64_t most_ = 0;
  double rate_ = 0.5;
  bool json_ = false;
  std::string out_;
  std::string complaint_;
};

TEST_F(a_subcommand, reads_each_kind_of_value) {
  ASSERT_EQ(fetch({"--note", "n", "--to", "there", "--tag", "a", "--tag=b", "--less", "-4",
                   "--change", "-9223372036854775808", "-m", "18446744073709551615", "--rate",
                   "1e3", "--json", "file"}),
            7);
  EXPECT_EQ(from_, "file");
  EXPECT_EQ(note_, "n");
  EXPECT_EQ(to_, "there");
  EXPECT_THAT(tags_, ElementsAre("a", "b"));
  EXPECT_EQ(less_, -4);
  EXPECT_EQ(change_, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(most_, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(rate_, 1000);
  EXPECT_TRUE(json_);
}

TEST_F(a_subcommand, leaves_what_is_not_given_as_it_was) {
  ASSERT_EQ(fetch({"file"}), 7);
  EXPECT_EQ(note_, "none");
  EXPECT_EQ(to_, "here");
  EXPECT_TRUE(tags_.empty());
  EXPECT_TRUE(rest_.empty());
  EXPECT_EQ(less_, 3);
  EXPECT_EQ(rate_, 0.5);
  EXPECT_FALSE(json_);
}

TEST_F(a_subcommand, gives_a_repeated_option_one_value_each_time_and_an_argument_the_rest) {
  ASSERT_EQ(fetch({"--tag", "a", "file", "b", "c"}), 7);
  EXPECT_THAT(tags_, ElementsAre("a"));
  EXPECT_EQ(from_, "file");
  EXPECT_THAT(rest_, ElementsAre("b", "c"));
}

TEST_F(a_subcommand, reads_a_number_with_zeros_in_front_as_a_decimal_one) {
  ASSERT_EQ(fetch({"--most", "010", "file"}), 7);
  EXPECT_EQ(most_, 10U);
}

TEST_F(a_subcommand, refuses_an_empty_text_and_a_number_that_does_not_fit) {
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"--note", "", "file"},
                                                                 {"--to=", "file"},
                                                                 {"--tag", "", "file"},
                                                                 {""},
                                                                 {"file", ""},
                                                                 {"--less", "2147483648", "file"},
                                                                 {"--less", "1.5", "file"},
                                                                 {"--less", "", "file"},
                                                                 {"--most", "-1", "file"},
                                                                 {"--change", "1k", "file"},
                                                                 {"--rate", "1e999", "file"},
                                                                 {"--rate", "nan", "file"}}) {
    EXPECT_GE(fetch(wrong), 100) << ::testing::PrintToString(wrong);
    EXPECT_NE(complaint_, "");
  }
  std::ignore = fetch({"--less", "2147483648", "file"});
  EXPECT_THAT(complaint_, HasSubstr("'2147483648' is no whole number from -2147483648 to "));
}

TEST_F(a_subcommand, requires_an_argument_and_no_option_unless_told) {
  EXPECT_GE(fetch({}), 100);
  EXPECT_THAT(complaint_, HasSubstr("FROM is required"));
  std::string key;
  app_.command("open", "Opens.", [] { return 0; })
      .option("--key", key, "a key", presence::required);
  ::testing::internal::CaptureStderr();
  EXPECT_GE(testing::run(app_, {"open"}), 100);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("--key is required"));
}

TEST_F(a_subcommand, shows_defaults_and_its_own_footer_in_the_help) {
  EXPECT_EQ(fetch({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("--note TEXT=none"));
  EXPECT_THAT(out_, HasSubstr("--to PATH=here"));
  EXPECT_THAT(out_, HasSubstr("--less NUMBER=3"));
  EXPECT_THAT(out_, HasSubstr("--rate NUMBER=0.5"));
  EXPECT_THAT(out_, HasSubstr("FROM PATH REQUIRED"));
  EXPECT_THAT(out_, HasSubstr("--data PATH=data"));
  EXPECT_THAT(out_, HasSubstr("That is all."));
  EXPECT_THAT(out_, Not(HasSubstr("Without a command")));
}

}  // namespace
}  // namespace acta
