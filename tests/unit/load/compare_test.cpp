#include "runtime/load/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <utility>
#include <vector>

namespace acta::internal::load {
namespace {

using nlohmann::ordered_json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ordered_json kind(double p99, const std::string& operation = "deposit") {
  return {{"operation", operation},
          {"outcomes", {{"ok", 990}, {"overloaded", 10}}},
          {"latency_ms",
           {{"count", 1'000}, {"p50", 1.5}, {"p99", p99}, {"p99_9", 30.0}, {"max", 40.0}}}};
}
ordered_json run_with(ordered_json kinds) {
  ordered_json steady{{"name", "steady"}, {"measured", true}, {"seconds", 10}};
  steady["kinds"] = std::move(kinds);
  ordered_json warm_up{{"name", "warm-up"}, {"measured", false}, {"seconds", 10}};
  warm_up["kinds"] = ordered_json::array({kind(99)});
  return {{"phases", ordered_json::array({warm_up, steady})}, {"exit_code", 0}};
}
/// One run for each.
ordered_json report(const std::vector<double>& p99) {
  ordered_json whole{{"format", 1},
                     {"scenario", {{"name", "bank"}, {"seed", 1}}},
                     {"machine", {{"cores", 4}}},
                     {"versions", {{"acta", "0.1.0"}}}};
  whole["runs"] = ordered_json::array();
  for (const auto one : p99) whole["runs"].push_back(run_with(ordered_json::array({kind(one)})));
  return whole;
}

std::string compared(const ordered_json& a, const ordered_json& b) {
  const auto text = comparison_of(a, b);
  EXPECT_TRUE(text) << text.error().field << ": " << text.error().detail;
  return text ? *text : "";
}
/// The line of a figure, with one blank where there are several.
std::string line_of(const std::string& figure, const std::string& text) {
  std::istringstream from{text};
  for (std::string line; std::getline(from, line);) {
    if (line.find(" " + figure + " ") == std::string::npos) continue;
    std::istringstream words{line};
    std::string squeezed;
    for (std::string word; words >> word;) squeezed += (squeezed.empty() ? "" : " ") + word;
    return squeezed;
  }
  return "no such line";
}

TEST(comparison, is_beyond_noise_only_where_the_runs_of_both_do_not_overlap) {
  const auto apart = compared(report({3, 3.1, 3.5}), report({6, 3.6, 5}));
  EXPECT_EQ(line_of("p99 ms", apart),
            "steady deposit p99 ms 3.1 (3..3.5) 5 (3.6..6) +61.3 % beyond noise");
  const auto better = compared(report({6, 3.6, 5}), report({3, 3.1, 3.5}));
  EXPECT_THAT(line_of("p99 ms", better), ContainsRegex("-38 % beyond noise$"));
  const auto touching = compared(report({3, 3.1, 3.5}), report({6, 3.5, 5}));
  EXPECT_THAT(line_of("p99 ms", touching), ContainsRegex("within noise$"));
}

TEST(comparison, has_each_figure) {
  const auto text = compared(report({3, 3, 3}), report({3, 3, 3}));
  EXPECT_EQ(line_of("answers/s", text),
            "steady deposit answers/s 100 (100..100) 100 (100..100) 0 % within noise");
  EXPECT_THAT(line_of("p50 ms", text), HasSubstr(" 1.5 (1.5..1.5) "));
  EXPECT_THAT(line_of("p99.9 ms", text), HasSubstr(" 30 (30..30) "));
  EXPECT_THAT(line_of("max ms", text), HasSubstr(" 40 (40..40) "));
  EXPECT_THAT(line_of("errors %", text), HasSubstr(" 1 (1..1) "));
  EXPECT_THAT(text, Not(HasSubstr("warm-up")));
  EXPECT_THAT(text, Not(HasSubstr("other ")));
  EXPECT_THAT(text, Not(HasSubstr("only in")));
}

TEST(comparison, knows_no_noise_of_few_runs) {
  const auto text = compared(report({3, 3, 3}), report({300, 301}));
  EXPECT_THAT(line_of("p99 ms", text), ContainsRegex("noise unknown$"));
  EXPECT_THAT(text, Not(HasSubstr("beyond noise")));
  EXPECT_THAT(text, HasSubstr("noise is unknown: A has 3 runs, B 2 runs; 3 of each"));
}

TEST(comparison, names_what_only_one_report_has) {
  auto a = report({3});
  a["runs"][0] = run_with(ordered_json::array({kind(3), kind(4), kind(5, "read")}));
  auto b = report({3});
  b["runs"][0]["phases"][1]["name"] = "other";
  const auto text = compared(a, b);
  EXPECT_THAT(text, HasSubstr("no measured operation in common"));
  EXPECT_THAT(text, HasSubstr("only in A: deposit in phase steady\n"));
  EXPECT_THAT(text, HasSubstr("only in A: deposit #2 in phase steady\n"));
  EXPECT_THAT(text, HasSubstr("only in A: read in phase steady\n"));
  EXPECT_THAT(text, HasSubstr("only in B: deposit in phase other\n"));
}

TEST(comparison, says_that_the_runs_were_not_alike) {
  const auto a = report({3});
  auto b = report({3});
  b["scenario"]["seed"] = 2;
  b["machine"]["cores"] = 8;
  b["machine"]["processor"] = "A Chip";
  b.erase("versions");
  b["runs"][0]["exit_code"] = 4;
  b["runs"][0]["stopped"] = true;
  const auto text = compared(a, b);
  EXPECT_THAT(text, HasSubstr("other scenario.seed: 1 in A, 2 in B\n"));
  EXPECT_THAT(text, HasSubstr("other machine.cores: 4 in A, 8 in B\n"));
  EXPECT_THAT(text, HasSubstr("other machine.processor: nothing in A, \"A Chip\" in B\n"));
  EXPECT_THAT(text, HasSubstr("other versions: {\"acta\":\"0.1.0\"} in A, nothing in B\n"));
  EXPECT_THAT(text, HasSubstr("run 1 of B ended with exit code 4\n"));
  EXPECT_THAT(text, HasSubstr("run 1 of B was stopped early\n"));
}

TEST(comparison, takes_no_operation_without_an_answer_for_one) {
  auto a = report({3});
  a["runs"][0]["phases"][1]["kinds"][0]["outcomes"]["unanswered"] = 400;
  EXPECT_THAT(line_of("answers/s", compared(a, report({3}))), HasSubstr(" 60 100 "));
}

TEST(comparison, leaves_out_what_was_not_measured) {
  auto a = report({3});
  auto& its = a["runs"][0]["phases"][1]["kinds"][0];
  its["latency_ms"] = {{"count", 0}, {"p50", 0}, {"p99", 0}, {"max", 0}};
  its["outcomes"] = ordered_json::object();
  const auto text = compared(a, report({3}));
  EXPECT_THAT(line_of("answers/s", text), HasSubstr("0 100 from 0"));
  EXPECT_EQ(line_of("p99 ms", text), "no such line");
  EXPECT_EQ(line_of("errors %", text), "no such line");
}

TEST(comparison, fails_on_what_is_no_report) {
  const std::vector<std::pair<const char*, const char*>> bad{
      {"[]", "B"},
      {"{}", "B"},
      {R"({"format": 2, "runs": [{}]})", "B.format"},
      {R"({"format": 1})", "B.runs"},
      {R"({"format": 1, "runs": []})", "B.runs"},
      {R"({"format": 1, "runs": [3]})", "B.runs[0]"},
      {R"({"format": 1, "runs": [{"phases": 3}]})", "B.runs[0].phases"},
      {R"({"format": 1, "runs": [{"phases": [{"name": "x"}]}]})", "B.runs[0].phases[0].kinds"}};
  for (const auto& [text, field] : bad) {
    const auto answer = comparison_of(report({3}), ordered_json::parse(text));
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error().code, errc::malformed);
    EXPECT_EQ(answer.error().field, field);
    EXPECT_THAT(answer.error().detail, StartsWith(field));
  }
  EXPECT_EQ(comparison_of(nullptr, report({3})).error().field, "A");
}

}  // namespace
}  // namespace acta::internal::load
