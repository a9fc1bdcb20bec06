#include "runtime/load/thresholds.hpp"

#include <gtest/gtest.h>

namespace acta::internal::load {
namespace {

using nlohmann::json;

TEST(thresholds, are_read_as_they_are_written) {
  const auto read = parse_thresholds(json::parse(R"([
    {"p99": "20ms", "operation": "deposit", "phase": "steady", "outcome": "ok"},
    {"errors": 0.001, "abort": true}, {"answers_per_second": 4000}, {"max": "2s"}])"));
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().detail;
  ASSERT_EQ(read->size(), 4U);
  const auto& first = (*read)[0];
  EXPECT_EQ(first.metric, "p99");
  EXPECT_EQ(first.limit, 20e6);
  EXPECT_EQ(first.text, "20ms");
  EXPECT_EQ(first.operation, "deposit");
  EXPECT_EQ(first.phase, "steady");
  EXPECT_EQ(first.outcome, "ok");
  EXPECT_FALSE(first.abort);
  EXPECT_EQ((*read)[1].metric, "errors");
  EXPECT_EQ((*read)[1].limit, 0.001);
  EXPECT_TRUE((*read)[1].abort);
  EXPECT_FALSE((*read)[1].operation || (*read)[1].phase || (*read)[1].outcome);
  EXPECT_EQ((*read)[2].limit, 4000);
  EXPECT_EQ((*read)[3].limit, 2e9);
  EXPECT_TRUE(parse_thresholds(json::array()));
}

/// The field that a list is refused for, if this is its second entry.
std::string refused_for(const char* entry) {
  const auto read = parse_thresholds(json{{{"errors", 0}}, json::parse(entry)});
  if (read) return "none";
  EXPECT_EQ(read.error().code, errc::malformed);
  return read.error().field;
}

TEST(thresholds, name_the_field_that_is_wrong) {
  EXPECT_EQ(refused_for(R"({"p99": "20ms"})"), "none");
  EXPECT_EQ(refused_for(R"({"p99": "250us"})"), "none");
  EXPECT_EQ(refused_for(R"({"p99": "0us"})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"({"p99": "99999999999us"})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"(5)"), "thresholds[1]");
  EXPECT_EQ(refused_for(R"({})"), "thresholds[1]");
  EXPECT_EQ(refused_for(R"({"abort": true})"), "thresholds[1]");
  EXPECT_EQ(refused_for(R"({"p98": "20ms"})"), "thresholds[1].p98");
  EXPECT_EQ(refused_for(R"({"p99": 20})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"({"p99": "20"})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"({"p99": "0ms"})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"({"max": "2s", "p99": "20ms"})"), "thresholds[1].p99");
  EXPECT_EQ(refused_for(R"({"errors": 1.1})"), "thresholds[1].errors");
  EXPECT_EQ(refused_for(R"({"errors": -0.1})"), "thresholds[1].errors");
  EXPECT_EQ(refused_for(R"({"errors": "1%"})"), "thresholds[1].errors");
  EXPECT_EQ(refused_for(R"({"answers_per_second": 0})"), "thresholds[1].answers_per_second");
  EXPECT_EQ(refused_for(R"({"errors": 0, "outcome": "ok"})"), "thresholds[1].outcome");
  EXPECT_EQ(refused_for(R"({"errors": 0, "abort": 1})"), "thresholds[1].abort");
  EXPECT_EQ(refused_for(R"({"errors": 0, "operation": ""})"), "thresholds[1].operation");
  EXPECT_EQ(refused_for(R"({"errors": 0, "phase": 1})"), "thresholds[1].phase");
  EXPECT_EQ(parse_thresholds(json::object()).error().field, "thresholds");
}

TEST(thresholds, must_name_an_operation_and_a_phase_that_there_are) {
  const std::vector<std::string> operations{"deposit", "read"};
  const std::vector<std::string> phases{"steady"};
  const auto field_of = [&](const char* list) {
    const auto checked = check_thresholds(*parse_thresholds(json::parse(list)), operations, phases);
    return checked ? "none" : checked.error().field;
  };
  EXPECT_EQ(field_of(R"([{"errors": 0}, {"errors": 0, "operation": "read", "phase": "steady"}])"),
            "none");
  EXPECT_EQ(field_of(R"([{"errors": 0}, {"errors": 0, "operation": "withdraw"}])"),
            "thresholds[1].operation");
  EXPECT_EQ(field_of(R"([{"errors": 0, "phase": "warm-up"}])"), "thresholds[0].phase");
}

}  // namespace
}  // namespace acta::internal::load
