#include "runtime/schedule/due_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const auto due = from_rfc3339("2027-01-31T23:00:00Z").value();

json replaced(const json& arguments) {
  auto made = with_due(arguments, due, *zone::find("Europe/Zurich"));
  return made ? *made : json(made.error().field + ": " + made.error().detail);
}

TEST(due_text, stands_for_the_due_time_wherever_a_text_is) {
  const auto made =
      replaced(json::parse(R"({"month": "${due:%Y-%m}", "at": "at ${due}, in ${due:%B}",
    "deep": [1, {"day": "${due:%F %T}"}], "none": "${do} ${duex} ${due_x} ${Due} $", "${due}": null})"));
  EXPECT_EQ(made, json::parse(R"({"month": "2027-02", "at": "at 2027-01-31T23:00:00Z, in February",
    "deep": [1, {"day": "2027-02-01 00:00:00"}], "none": "${do} ${duex} ${due_x} ${Due} $", "${due}": null})"));
}

TEST(due_text, refuses_a_format_that_it_does_not_have) {
  EXPECT_THAT(replaced({{"a", {"x", "${due:%Q}"}}}).get<std::string>(),
              HasSubstr("arguments.a[1]: '%Q' is no conversion"));
  EXPECT_THAT(replaced({{"a", "${due:%"}}).get<std::string>(), HasSubstr("has no '}'"));
  EXPECT_THAT(replaced({{"a", "${due:%}"}}).get<std::string>(), HasSubstr("ends with '%'"));
}

TEST(due_text, refuses_what_is_not_closed_or_says_nothing) {
  EXPECT_EQ(replaced({{"month", "${due"}}), "arguments.month: a ${due has no '}'");
  EXPECT_EQ(replaced({{"month", "in ${due unclosed"}}), "arguments.month: a ${due has no '}'");
  EXPECT_EQ(replaced({{"month", "${due:}"}}), "arguments.month: a ${due:} has no format");
}

TEST(due_text, is_as_fine_as_the_due_time) {
  EXPECT_EQ(to_due(due), "2027-01-31T23:00:00Z");
  EXPECT_EQ(to_due(due + std::chrono::milliseconds{5}), "2027-01-31T23:00:00.005000Z");
}

}  // namespace
}  // namespace acta::internal
