#include "runtime/load/live_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "runtime/load/figures.hpp"

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

progress at(std::chrono::nanoseconds elapsed, std::size_t phase = 0) {
  return {phase == 0 ? "warm-up" : "steady",
          phase,
          2,
          elapsed,
          12s,
          2'000,
          1'998,
          1'520'000,
          3'900'000,
          2'400'000'000,
          {{"ok", 9'990}, {"overloaded", 3}, {"refused", 12}},
          7};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream from{text};
  for (std::string line; std::getline(from, line);) lines.push_back(line);
  return lines;
}

/// What a terminal shows of these bytes: it knows the sequences that the view uses, and no others.
std::vector<std::string> screen(const std::string& text) {
  std::vector<std::string> lines{""};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      lines.emplace_back();
    } else if (text[i] == '\x1b') {
      const auto end = text.find_first_not_of("[0123456789", i + 1);
      const auto number = text.substr(i + 2, end - i - 2);
      if (text[end] == 'A') {
        EXPECT_EQ(lines.back(), "") << "the cursor is not below the block";
        EXPECT_LT(std::stoul(number), lines.size());
        lines.resize(lines.size() - std::stoul(number));
        EXPECT_EQ(text.substr(end + 1, 4), "\r\x1b[J");
        lines.back().clear();
      }
      EXPECT_THAT("AJm", HasSubstr(text.substr(end, 1)));
      i = end;
    } else if (text[i] != '\r') {
      lines.back() += text[i];
    }
  }
  return lines;
}

class live_view_test : public ::testing::Test {
protected:
  live_view_test() { ::unsetenv("NO_COLOR"); }
  ~live_view_test() override { ::unsetenv("NO_COLOR"); }

  std::ostringstream out;
};

TEST_F(live_view_test, writes_a_plain_line_every_five_seconds_and_at_the_end_of_a_phase) {
  {
    live_view view{out, false, 80};
    for (int tenth = 0; tenth <= 120; ++tenth) view.show(at(tenth * 100ms));
    view.show(at(12'300ms));
    for (int tenth = 0; tenth <= 30; ++tenth) view.show(at(tenth * 100ms, 1));
  }
  const auto lines = lines_of(out.str());
  ASSERT_EQ(lines.size(), 5U) << out.str();
  EXPECT_EQ(lines[0],
            "warm-up 1/2  5 s of 12 s  1998/s of 2000/s  p50 1.52 ms  p99 3.9 ms  max 2.4 s  "
            "in flight 7  ok 9990  refused 12  overloaded 3");
  EXPECT_THAT(lines[1], HasSubstr("10 s of 12 s"));
  EXPECT_THAT(lines[2], HasSubstr("12 s of 12 s"));
  EXPECT_THAT(lines[3], HasSubstr("waits for the last answers"));
  EXPECT_THAT(lines[4], StartsWith("steady 2/2  3 s of 12 s"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST_F(live_view_test, draws_the_block_again_in_its_place) {
  live_view view{out, true, 80};
  view.show(at(3s));
  const auto once = screen(out.str());
  view.show(at(6s));
  const auto twice = screen(out.str());
  ASSERT_EQ(once.size(), 6U);
  ASSERT_EQ(twice.size(), once.size());
  EXPECT_THAT(once[0], HasSubstr("[#########"));
  EXPECT_THAT(once[0], HasSubstr("3 s of 12 s"));
  EXPECT_THAT(twice[0], HasSubstr("6 s of 12 s"));
  EXPECT_GT(std::count(twice[0].begin(), twice[0].end(), '#'),
            std::count(once[0].begin(), once[0].end(), '#'));
  EXPECT_EQ(twice[1], "  rate       1998/s of 2000/s");
  EXPECT_EQ(twice[3], "  answers    ok 9990  refused 12  overloaded 3");
}

TEST_F(live_view_test, shows_no_rate_asked_where_there_is_none) {
  auto now = at(3s);
  now.rate_asked = 0;
  live_view view{out, true, 80};
  view.show(now);
  EXPECT_EQ(screen(out.str())[1], "  rate       1998/s");
}

TEST_F(live_view_test, keeps_what_is_said_above_the_block) {
  live_view view{out, true, 80};
  view.show(at(3s));
  view.say("the service was killed");
  view.show(at(6s));
  const auto lines = screen(out.str());
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0], "the service was killed");
  EXPECT_THAT(lines[1], HasSubstr("6 s of 12 s"));
}

TEST_F(live_view_test, leaves_the_block_at_its_end) {
  live_view view{out, true, 80};
  view.show(at(12s));
  view.end();
  view.say("audit");
  const auto lines = screen(out.str());
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[0], HasSubstr("12 s of 12 s"));
  EXPECT_EQ(lines[5], "audit");
}

TEST_F(live_view_test, is_narrower_than_the_terminal) {
  auto now = at(3s);
  now.phase = "a phase whose name is longer than most terminals are wide, \u9577\u3044\u540d\u524d";
  for (const unsigned columns : {1U, 2U, 10U, 33U, 80U, 200U}) {
    out.str("");
    live_view view{out, true, columns};
    view.show(now);
    view.show(at(4s));
    for (const auto& line : screen(out.str())) EXPECT_LT(columns_of(line), columns) << line;
    EXPECT_EQ(screen(out.str()).size(), 6U);
  }
}

TEST_F(live_view_test, has_colours_unless_they_are_not_wanted) {
  live_view{out, true, 80}.show(at(3s));
  EXPECT_THAT(out.str(), HasSubstr("\x1b[33m"));
  out.str("");
  ::setenv("NO_COLOR", "1", 1);
  live_view{out, true, 80}.show(at(3s));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b[3")));
}

TEST_F(live_view_test, obeys_no_control_character_of_a_name) {
  auto now = at(12s);
  now.phase = "x\x1b[2J";
  now.outcomes = {{"\x1b]0;title\a", 1}};
  live_view{out, false, 80}.show(now);
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out.str(), Not(HasSubstr("\a")));
}

TEST(figures, have_three_digits_that_count) {
  EXPECT_EQ(figure(0), "0");
  EXPECT_EQ(figure(0.0314), "0.031");
  EXPECT_EQ(figure(0.9996), "1");
  EXPECT_EQ(figure(1.5), "1.5");
  EXPECT_EQ(figure(99.96), "100");
  EXPECT_EQ(figure(1998.4), "1998");
  EXPECT_EQ(duration_figure(0), "0");
  EXPECT_EQ(duration_figure(830'000), "830 us");
  EXPECT_EQ(duration_figure(999'600), "1 ms");
  EXPECT_EQ(duration_figure(2'400'000'000), "2.4 s");
}

TEST(figures, cut_a_text_between_characters) {
  EXPECT_EQ(fitted("caf\u00e9", 4), "caf\u00e9");
  EXPECT_EQ(fitted("caf\u00e9s", 4), "caf~");
  EXPECT_EQ(fitted("\u9577\u9577", 3), "\u9577~");
  EXPECT_EQ(fitted("x", 0), "");
}

}  // namespace
}  // namespace acta::internal::load
