#include "runtime/load/scenario.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json right() {
  return json::parse(R"({
    "name": "n", "aggregate": "bank.account",
    "keys": {"count": 100, "law": "zipf", "exponent": 0.99},
    "prepare": [{"command": "open", "payload": {"owner": {"$id": true}}}],
    "mix": [{"command": "deposit", "weight": 9, "payload": {"minor_units": {"$integer": [1, 5]}}},
            {"read": true}],
    "phases": [{"name": "warm-up", "rate": 500, "for": "5s", "measured": false},
               {"rate": 100, "to": 400, "for": "1m"},
               {"rate": 100, "to": 400, "steps": 4, "for": "8s"},
               {"clients": 64, "think": "10ms", "for": "2s"}],
    "retry": {"times": 3, "after": "50ms"},
    "thresholds": [{"p99": "20ms", "operation": "deposit"}]})");
}

TEST(scenario, is_read_as_it_is_written) {
  const auto read = parse_scenario(right().dump());
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().detail;
  EXPECT_EQ(read->aggregate, "bank.account");
  EXPECT_EQ(read->keys, 100U);
  EXPECT_EQ(std::get<zipf_keys>(read->law).exponent, 0.99);
  ASSERT_EQ(read->prepare.size(), 1U);
  EXPECT_EQ(read->prepare[0].times, 1U);
  ASSERT_EQ(read->mix.size(), 2U);
  EXPECT_EQ(read->mix[0].name(), "deposit");
  EXPECT_EQ(read->mix[0].weight, 9);
  EXPECT_TRUE(read->mix[0].arguments);
  EXPECT_EQ(read->mix[1].name(), "read");
  ASSERT_EQ(read->phases.size(), 4U);
  EXPECT_FALSE(read->phases[0].measured);
  EXPECT_EQ(read->phases[0].length(), 5s);
  EXPECT_EQ(read->phases[1].name, "2");
  using lines = std::vector<rate_line>;
  EXPECT_EQ(std::get<lines>(read->phases[1].load).front().to, 400);
  EXPECT_EQ(read->phases[1].rate_at(20s), 200);
  const auto& steps = std::get<lines>(read->phases[2].load);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[1].from, 200);
  EXPECT_EQ(steps[1].to, 200);
  EXPECT_EQ(read->phases[2].length(), 8s);
  EXPECT_EQ(read->phases[2].rate_at(3s), 200);
  const auto& closed = std::get<client_loop>(read->phases[3].load);
  EXPECT_EQ(closed.clients, 64U);
  EXPECT_EQ(closed.think, 10ms);
  EXPECT_EQ(read->phases[3].length(), 2s);
  EXPECT_EQ(read->retry.times, 3U);
  EXPECT_EQ(read->retry.after, 50ms);
  ASSERT_EQ(read->thresholds.size(), 1U);
  EXPECT_EQ(read->written, right());
}

TEST(scenario, takes_values_from_the_environment) {
  auto text = right();
  text["keys"]["count"] = json{{"$env", {"KEYS", 100}}};
  text["phases"][0]["rate"] = json{{"$env", "RATE"}};
  const auto read = parse_scenario(text.dump(), [](const std::string& name) {
    return name == "RATE" ? std::optional<std::string>{"750"} : std::nullopt;
  });
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().detail;
  EXPECT_EQ(read->keys, 100U);
  EXPECT_EQ(read->phases[0].rate_at(0s), 750);
  EXPECT_EQ(read->written["phases"][0]["rate"], 750);
  const auto unset = parse_scenario(text.dump());
  ASSERT_FALSE(unset);
  EXPECT_EQ(unset.error().field, "phases[0].rate");
}

/// The field that a scenario is refused for, if the value there is this one.
std::string refused_for(const std::string& pointer, const json& value) {
  auto text = right();
  text[json::json_pointer{pointer}] = value;
  const auto read = parse_scenario(text.dump());
  return read ? "none" : read.error().field;
}

TEST(scenario, names_the_field_that_is_wrong) {
  EXPECT_EQ(refused_for("/kyes", 1), "kyes");
  EXPECT_EQ(refused_for("/keys/count", 0), "keys.count");
  EXPECT_EQ(refused_for("/keys/count", -1), "keys.count");
  EXPECT_EQ(refused_for("/keys/law", "zpif"), "keys.law");
  EXPECT_EQ(refused_for("/keys/law", "uniform"), "keys.exponent");
  EXPECT_EQ(refused_for("/keys/exponent", 0), "keys.exponent");
  EXPECT_EQ(refused_for("/keys/hot", 5), "keys.hot");
  EXPECT_EQ(refused_for("/keys", json{{"count", 5}, {"law", "hot"}, {"hot", 5}}), "keys.hot");
  EXPECT_EQ(refused_for("/arrivals", "random"), "arrivals");
  EXPECT_EQ(refused_for("/mix", json::array()), "mix");
  EXPECT_EQ(refused_for("/mix/0/weight", 0), "mix[0].weight");
  EXPECT_EQ(refused_for("/mix/0/weight", 1e308), "mix[0].weight");
  EXPECT_EQ(refused_for("/prepare/0/times", 1ULL << 62U), "prepare[0].times");
  EXPECT_EQ(refused_for("/mix/0/times", 2), "mix[0].times");
  EXPECT_EQ(refused_for("/mix/0/read", true), "mix[0]");
  EXPECT_EQ(refused_for("/mix/1/payload", 1), "mix[1].payload");
  EXPECT_EQ(refused_for("/mix/0/payload", json{{"a", {{"$text", -1}}}}), "mix[0].payload.a");
  EXPECT_EQ(refused_for("/prepare/0/weight", 1), "prepare[0].weight");
  EXPECT_EQ(refused_for("/prepare/0", json{{"read", true}}), "prepare[0]");
  EXPECT_EQ(refused_for("/phases", json::array()), "phases");
  EXPECT_EQ(refused_for("/phases/0/rate", -1), "phases[0].rate");
  EXPECT_EQ(refused_for("/phases/0/rate", 0), "phases[0].rate");
  EXPECT_EQ(refused_for("/phases/0/for", "5"), "phases[0].for");
  EXPECT_EQ(refused_for("/phases/0/for", "0s"), "phases[0].for");
  EXPECT_EQ(refused_for("/phases/0/for", "9000h"), "phases[0].for");
  EXPECT_EQ(refused_for("/phases/1/to", 1e12), "phases[1].to");
  EXPECT_EQ(refused_for("/phases/2/steps", 1), "phases[2].steps");
  EXPECT_EQ(refused_for("/phases/0/steps", 2), "phases[0].steps");
  EXPECT_EQ(refused_for("/phases/0/until", "5s"), "phases[0].until");
  EXPECT_EQ(refused_for("/phases/0/clients", 5), "phases[0].clients");
  EXPECT_EQ(refused_for("/phases/0", json{{"for", "5s"}}), "phases[0].rate");
  EXPECT_EQ(refused_for("/phases/0/think", "5s"), "phases[0].think");
  EXPECT_EQ(refused_for("/phases/3/clients", 0), "phases[3].clients");
  EXPECT_EQ(refused_for("/phases/3/think", "5"), "phases[3].think");
  EXPECT_EQ(refused_for("/mix/0/if_new", true), "mix[0].if_new");
  EXPECT_EQ(refused_for("/retry/times", 101), "retry.times");
  EXPECT_EQ(refused_for("/retry/after", "soon"), "retry.after");
  EXPECT_EQ(refused_for("/thresholds/0/p99", "soon"), "thresholds[0].p99");
  EXPECT_EQ(refused_for("/thresholds/0/operation", "dance"), "thresholds[0].operation");
}

TEST(scenario, has_no_two_phases_of_one_name) {
  auto text = right();
  text["phases"][3]["name"] = "warm-up";
  const auto twice = parse_scenario(text.dump());
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().field, "phases[3].name");
  EXPECT_EQ(twice.error().detail, "'warm-up' is also the name of phases[0]");
  EXPECT_EQ(refused_for("/phases/0/name", "3"), "phases[2].name") << "a number is a name too";
}

TEST(scenario, that_is_no_json_is_refused) {
  EXPECT_FALSE(parse_scenario(""));
  EXPECT_FALSE(parse_scenario("[]"));
  EXPECT_FALSE(parse_scenario(R"({"name": "a", "name": "b"})"));
}

}  // namespace
}  // namespace acta::internal::load
