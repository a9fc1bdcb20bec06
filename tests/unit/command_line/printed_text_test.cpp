// What a program's own texts become in the man page and the scripts: names and help may hold what
// roff or a shell would obey.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/command_line/completion.hpp"
#include "runtime/command_line/man_page.hpp"

namespace acta::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

option_description option_of(std::string help) {
  return {.names = {"-t", "--to-file"},
          .value = "PATH",
          .help = std::move(help),
          .conditions = "needs --from",
          .fallback = "here",
          .group = "",
          .choices = {},
          .is_path = true,
          .is_required = true,
          .repeats = false};
}

program_description program_of(const std::string& name, command_description command) {
  return {{name, name + " 1.0", "", "", {{"0", "It went well."}}},
          {name, "Writes.", "", {}, {}, {std::move(command)}}};
}

TEST(a_man_page, obeys_no_text_of_the_program) {
  const auto page = man_page(
      program_of("writer", {"write", ".so /etc/passwd\n\n'br \\fB", "", {option_of("")}, {}, {}}));
  EXPECT_THAT(page, HasSubstr("\n\\&.so /etc/passwd\n.PP\n\\(aqbr \\efB\n"));
}

TEST(a_man_page, says_of_an_option_all_that_holds_for_it) {
  const auto page =
      man_page(program_of("writer", {"write", "Writes.", "", {option_of("where to")}, {}, {}}));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-t\\fR, \\fB\\-\\-to\\-file\\fR \\fIPATH\\fR\nwhere to\n"
                              "(default here; needs \\-\\-from; required)\n"));
}

TEST(a_man_page, is_of_the_program_that_it_names) {
  const auto page = man_page(program_of("my-writer", {"write", "", "", {}, {}, {}}));
  EXPECT_TRUE(page.starts_with(".TH \"MY\\-WRITER\" 1 \"\" \"my\\-writer 1.0\"")) << page;
  EXPECT_THAT(page, HasSubstr(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nIt went well.\n"));
}

TEST(a_completion, quotes_what_a_shell_would_run) {
  const auto program = program_of(
      "my-writer.2", {"$(touch x)", "it's `touch x`", "", {option_of("it's $(y)")}, {}, {}});
  const auto bash = bash_completion(program);
  EXPECT_THAT(bash, HasSubstr("_my_writer_2() {"));
  EXPECT_THAT(bash, HasSubstr("complete -F _my_writer_2 -- 'my-writer.2'"));
  EXPECT_THAT(bash, HasSubstr("':$(touch x)') at='$(touch x)' ;;"));
  EXPECT_THAT(bash, Not(HasSubstr("\"$(touch")));
  EXPECT_THAT(zsh_completion(program), HasSubstr("'$(touch x):it'\\''s `touch x`'"));
  EXPECT_THAT(fish_completion(program), HasSubstr("-d 'it\\'s `touch x`'"));
}

TEST(a_completion, offers_the_options_of_the_command_that_may_be_left_out) {
  auto program = program_of("writer", {"write", "Writes.", "", {option_of("where to")}, {}, {}});
  EXPECT_TRUE(completed_commands(program)[0].options.empty());
  program.facts.default_command = "write";
  ASSERT_EQ(completed_commands(program)[0].options.size(), 1U);
  EXPECT_EQ(completed_commands(program)[0].options[0].names[1], "--to-file");
}

}  // namespace
}  // namespace acta::internal
