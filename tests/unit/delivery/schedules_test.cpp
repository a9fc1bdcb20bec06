// Schedules over HTTP.
#include "tests/support/service.hpp"

namespace acta::testing {

namespace {

using ::testing::HasSubstr;

const std::string salary = R"({"name": "salary", "cron": "0 6 25 * *", "zone": "Europe/Zurich",
  "aggregate": "test.counter", "id": "x", "command": "add", "arguments": {"amount": 5}})";

TEST(schedules_over_http, are_added_listed_changed_and_run) {
  service here;
  const auto added = here.post("/schedules", salary, {{"idempotency-key", "k"}});
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(body_of(added).at("name"), "salary");
  EXPECT_EQ(body_of(added).at("repeated"), false);
  EXPECT_EQ(body_of(here.post("/schedules", salary, {{"idempotency-key", "k"}})).at("repeated"),
            true);
  const auto all = body_of(here.get("/schedules")).at("schedules");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("cron"), "0 6 25 * *");
  EXPECT_EQ(all[0].at("zone"), "Europe/Zurich");
  EXPECT_EQ(all[0].at("next").size(), 3U);
  EXPECT_EQ(all[0].at("last"), nullptr);
  EXPECT_EQ(all[0].at("arguments"), nlohmann::json::parse(R"({"amount": 5})"));
  EXPECT_EQ(here.post("/schedules/salary/pause").status, 200);
  const auto paused = body_of(here.get("/schedules/salary"));
  EXPECT_EQ(paused.at("paused"), true);
  EXPECT_TRUE(paused.at("next").empty());
  EXPECT_EQ(here.post("/schedules/salary/resume").status, 200);
  const auto ran = here.post("/schedules/salary/run-now", "", {{"idempotency-key", "now"}});
  EXPECT_EQ(body_of(ran).at("version"), 1) << ran.body;
  EXPECT_EQ(body_of(here.get("/v1/test.counter/x")).at("view").at("sum"), 5);
  EXPECT_EQ(here.post("/schedules/salary/cancel").status, 200);
  EXPECT_TRUE(body_of(here.get("/schedules")).at("schedules").empty());
  expect_problem(here.get("/schedules/salary"), 404, "not_found");
}

TEST(schedules_over_http, are_listed_in_pages) {
  service here;
  for (const auto* name : {"c", "a", "b"}) {
    auto plan = nlohmann::json::parse(salary);
    plan["name"] = name;
    ASSERT_EQ(here.post("/schedules", plan.dump()).status, 200);
  }
  const auto names = [&](const std::string& target) {
    std::string all;
    const auto body = body_of(here.get(target));
    for (const auto& one : body.at("schedules")) all += one.at("name").get<std::string>();
    return all;
  };
  EXPECT_EQ(names("/schedules"), "abc");
  EXPECT_EQ(names("/schedules?limit=2"), "ab");
  EXPECT_EQ(names("/schedules?after=a&limit=1"), "b");
  expect_malformed(here.get("/schedules?limit=0"), "limit", "whole number");
}

TEST(schedules_over_http, say_what_is_wrong) {
  service here;
  const auto with = [&](const char* member, const nlohmann::json& value) {
    auto plan = nlohmann::json::parse(salary);
    plan[member] = value;
    return here.post("/schedules", plan.dump());
  };
  expect_malformed(with("cron", "61 * * * *"), "cron", "the minute field is '61'");
  expect_malformed(with("zone", "Mars"), "zone", "not known here");
  expect_malformed(with("at", "tomorrow"), "at", "'tomorrow' is no RFC 3339 time");
  expect_malformed(with("every", "15m"), "cron", "exactly one of cron, every and at");
  expect_malformed(with("missed", "all"), "missed", "skip, once or each");
  expect_malformed(with("seconds", 5), "seconds", "is not known");
  expect_malformed(with("id", 5), "id", "must be a text");
  expect_malformed(with("arguments", {{"amont", 5}}), "arguments.amount", "missing");
  expect_problem(with("aggregate", "nothing"), 404, "unknown_aggregate");
  expect_problem(with("command", "nothing"), 404, "unknown_command");
  const auto large = nlohmann::json{
      {"name", "a"},
      {"every", "15m"},
      {"aggregate", "bank.account"},
      {"id", "1"},
      {"command", "deposit"},
      {"arguments", {{"minor_units", 1}, {"reference", std::string(5 * 1024, 'x')}}}};
  expect_problem(here.post("/schedules", large.dump()), 422, "entry_too_large");
  expect_malformed(here.post("/schedules", "[]"), "body", "must be an object");
  EXPECT_EQ(here.post("/schedules/a/stop").status, 404);
  EXPECT_EQ(here.get("/schedules/a/pause").status, 405);
  expect_problem(here.post("/schedules/a/pause"), 404, "not_found");
}

TEST(schedules_over_http, are_read_as_any_aggregate_and_written_by_their_own_routes) {
  service here;
  const auto added = body_of(here.post("/schedules", salary));
  const auto book = "/v1/acta.schedule/" + std::to_string(added.at("book").get<int>());
  EXPECT_THAT(here.get(book + "/events").body, HasSubstr("acta.schedule.added"));
  const auto refused = here.post(book + "/cancel", R"({"number": 1})");
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.body, HasSubstr("schedules are added and changed at /schedules"));
  EXPECT_EQ(here.get("/v1").body.find("acta.schedule"), std::string::npos);
}

}  // namespace
}  // namespace acta::testing
