// What the page holds; that a browser draws it well is looked at, not tested.
#include "runtime/load/report_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/load/page/page_files.hpp"

namespace acta::internal::load {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Returns what stands in the page between these two; nothing: a test fails.
std::string between(const std::string& page, std::string_view begin, std::string_view end) {
  const auto from = page.find(begin);
  EXPECT_NE(from, std::string::npos) << begin;
  const auto to = page.find(end, from);
  EXPECT_NE(to, std::string::npos) << end;
  if (from == std::string::npos || to == std::string::npos) return {};
  return page.substr(from + begin.size(), to - from - begin.size());
}
std::string json_in(const std::string& page) {
  return between(page, R"(<script type="application/json" id="report">)", "</script>");
}

std::size_t occurrences(std::string_view of, std::string_view in) {
  std::size_t count = 0;
  for (auto at = in.find(of); at != std::string_view::npos; at = in.find(of, at + 1)) ++count;
  return count;
}

ordered_json report_named(const std::string& name) {
  return {{"format", 1}, {"scenario", {{"name", name}}}, {"runs", ordered_json::array()}};
}

TEST(report_page, holds_the_whole_report) {
  auto report = report_named("bank-steady");
  report["runs"].push_back({{"kills", 3}, {"exit_code", 0}});
  EXPECT_EQ(ordered_json::parse(json_in(page_of(report))), report);
}

TEST(report_page, is_not_left_by_a_text_of_the_report) {
  const auto harmless = page_of(report_named("x"));
  for (const std::string name :
       {"</script><script>alert(1)</script>", "<!--<script>", "]]><!--",
        "</title><script>alert(1)</script>", "</SCRIPT >", "\u2028'\"\\"}) {
    const auto report = report_named(name);
    const auto page = page_of(report);
    EXPECT_EQ(ordered_json::parse(json_in(page)), report);
    EXPECT_THAT(json_in(page), Not(HasSubstr("<")));
    EXPECT_THAT(between(page, "<title>", "</title>"), Not(HasSubstr("<")));
    EXPECT_EQ(occurrences("<", page), occurrences("<", harmless)) << name;
  }
}

TEST(report_page, takes_no_text_of_the_report_for_a_place_of_its_own) {
  const auto report = report_named("{{style}} {{report}} {{script}}");
  const auto page = page_of(report);
  EXPECT_EQ(ordered_json::parse(json_in(page)), report);
  EXPECT_EQ(occurrences(page_script, page), 1U);
  EXPECT_EQ(occurrences(page_style, page), 1U);
}

TEST(report_page, repairs_texts_that_are_not_utf_8) {
  const auto page = page_of(report_named("caf\xe9"));
  EXPECT_EQ(ordered_json::parse(json_in(page)), report_named("caf\uFFFD"));
  EXPECT_THAT(between(page, "<title>", "</title>"), HasSubstr("caf\uFFFD"));
}

TEST(report_page, is_made_of_anything) {
  for (const auto* text :
       {"{}", "[]", "null", R"({"scenario": 3})", R"({"scenario": {"name": []}})"})
    EXPECT_THAT(page_of(ordered_json::parse(text)), HasSubstr("<title>Load report</title>"));
}

TEST(report_page, has_each_section) {
  const auto page = page_of(report_named("x"));
  for (const auto* title :
       {"'Verdict'", "'Audit'", "'What was run'", "'Thresholds'", "'Runs'",
        "'Latency by percentile'", "'Over time'", "'Throughput'", "'Answers by code'",
        "'All phases and operations'", "'service killed'", "'Wrongs found'", "'Rate against p99'",
        "facts('Machine'", "facts('Versions'"})
    EXPECT_THAT(page, HasSubstr(title));
}

TEST(report_page, needs_no_network_and_no_markup_in_its_script) {
  const auto page = page_of(report_named("x"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const auto* way : {" src=", " href=", "@import", "url(", "fetch(", "innerHTML", "eval("})
    EXPECT_THAT(page, Not(HasSubstr(way)));
  EXPECT_EQ(occurrences("</script", page), 2U);
  EXPECT_EQ(occurrences("</style", page), 1U);
}

}  // namespace
}  // namespace acta::internal::load
