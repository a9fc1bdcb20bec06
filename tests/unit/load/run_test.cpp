// Whole runs against a node in this process; and against one whose answers are not true.
#include "runtime/load/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/load/node_target.hpp"
#include "runtime/load/report.hpp"
#include "tests/support/counter.hpp"

namespace acta::internal::load {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

scenario small() {
  auto read = parse_scenario(R"({
    "name": "small", "aggregate": "test.counter", "keys": {"count": 20, "law": "zipf"},
    "prepare": [{"command": "add", "payload": {"amount": 1}, "times": 2}],
    "mix": [{"command": "add", "weight": 8, "payload": {"amount": {"$integer": [1, 9]}}},
            {"command": "add", "weight": 1, "payload": {"amount": -1}},
            {"read": true, "weight": 1}],
    "phases": [{"name": "first", "rate": 1000, "for": "100ms", "measured": false},
               {"name": "then", "rate": 500, "to": 1500, "for": "300ms"}]})");
  EXPECT_TRUE(read) << read.error().field << ": " << read.error().detail;
  return *std::move(read);
}

class run_test : public ::testing::Test {
protected:
  acta::node node{in_memory()};
  const aggregate_type& type = node.host(describe<testing::counter>());
  node_target real{node, type};
};

TEST_F(run_test, measures_each_kind_and_finds_every_answer_to_be_true) {
  const auto what = small();
  const auto found = run(what, real, {"run-"});
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(found->audit.examples, IsEmpty());
  EXPECT_EQ(found->audit.streams, 20U);
  ASSERT_EQ(found->phases.size(), 2U);
  std::uint64_t acknowledged = 40;
  std::uint64_t refused = 0;
  for (const auto& one : found->phases) {
    EXPECT_EQ(one.unanswered, 0U);
    ASSERT_EQ(one.kinds.size(), 3U);
    acknowledged += one.kinds[0].outcomes.at("ok");
    refused += one.kinds[1].outcomes.at("refused");
    EXPECT_EQ(one.kinds[2].outcomes.size(), 1U);
    std::uint64_t intended = 0, answered = 0;
    for (const auto& second : one.seconds) {
      intended += second.intended;
      answered += second.answered;
    }
    EXPECT_EQ(intended, answered);
  }
  EXPECT_EQ(found->audit.acknowledged, acknowledged);
  EXPECT_EQ(found->audit.events, acknowledged);
  EXPECT_EQ(found->audit.without_effect, refused);
  EXPECT_GT(found->phases[1].kinds[0].latency.count(), 150U);
  EXPECT_LE(found->phases[1].kinds[0].service_time.most(),
            found->phases[1].kinds[0].latency.most());
}

TEST_F(run_test, goes_on_with_streams_that_were_there) {
  const auto what = small();
  ASSERT_TRUE(run(what, real, {"run-1-"}));
  const auto again = run(what, real, {"run-2-"});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->audit.passed());
  EXPECT_GT(again->audit.others_events, 40U);
}

TEST_F(run_test, is_told_in_json_and_as_a_table) {
  const auto what = small();
  const auto found = run(what, real, {"run-"});
  ASSERT_TRUE(found);
  const auto report = report_of(what, *found);
  EXPECT_EQ(report["audit"]["passed"], true);
  EXPECT_EQ(report["phases"].size(), 2U);
  EXPECT_GT(report["phases"][1]["kinds"][0]["latency_ms"]["p99"], 0);
  EXPECT_EQ(report["phases"][1]["kinds"][1]["operation"], "add");
  const auto table = summary_of(what, *found);
  EXPECT_THAT(table, HasSubstr("then"));
  EXPECT_THAT(table, Not(HasSubstr("first")));
  EXPECT_THAT(table, HasSubstr("audit: passed"));
}

/// Does to the n-th command what the test says.
class untrue final : public target {
public:
  using trick =
      std::function<void(target& real, operation what, std::function<void(outcome)> done)>;

  untrue(target& real, trick to) : real_{real}, trick_{std::move(to)} {}

  void begin(operation what, std::function<void(outcome)> done) override {
    if (!what.command.empty() && ++commands_ == 45)
      trick_(real_, std::move(what), std::move(done));
    else
      real_.begin(std::move(what), std::move(done));
  }
  result<std::vector<stored_event>> events(const std::string& id, std::uint64_t from,
                                           std::size_t most) override {
    return real_.events(id, from, most);
  }

private:
  target& real_;
  trick trick_;
  int commands_ = 0;
};

scenario without_refusals() {
  auto what = small();
  what.mix.erase(what.mix.begin() + 1);
  return what;
}

TEST_F(run_test, finds_an_answer_without_an_effect) {
  untrue lying{real, [](target&, const operation&, const std::function<void(outcome)>& done) {
                 done({"ok", said::done, 1'000, 1});
               }};
  const auto found = run(without_refusals(), lying, {"run-"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit.examples.size(), 1U);
  EXPECT_THAT(found->audit.examples[0], HasSubstr("lost: test.counter/load-"));
}

TEST_F(run_test, finds_an_effect_without_an_answer) {
  untrue lying{real, [](target& to, operation what, std::function<void(outcome)> done) {
                 to.begin(std::move(what), [done = std::move(done)](const outcome&) {
                   done({"overloaded", said::no, 0, 0});
                 });
               }};
  const auto found = run(without_refusals(), lying, {"run-"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit.examples.size(), 1U);
  EXPECT_THAT(found->audit.examples[0], HasSubstr("after_refusal: "));
}

TEST_F(run_test, takes_an_outcome_that_nobody_knows_for_both) {
  for (const bool sent : {true, false}) {
    untrue silent{real, [sent](target& to, operation what, std::function<void(outcome)> done) {
                    const outcome unknown{"deadline_exceeded", said::unknown, 0, 0};
                    if (!sent) return done(unknown);
                    to.begin(std::move(what),
                             [done = std::move(done), unknown](const outcome&) { done(unknown); });
                  }};
    const auto found = run(without_refusals(), silent, {sent ? "run-1-" : "run-2-"});
    ASSERT_TRUE(found);
    EXPECT_THAT(found->audit.examples, IsEmpty());
    EXPECT_EQ(found->audit.unknown_took_effect, sent ? 1U : 0U);
    EXPECT_EQ(found->audit.unknown_without_effect, sent ? 0U : 1U);
  }
}

TEST_F(run_test, ends_where_the_preparation_is_refused) {
  auto what = small();
  what.prepare[0].what = what.mix[1];
  const auto found = run(what, real, {"run-"});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().detail, HasSubstr("the preparation add was answered refused"));
}

}  // namespace
}  // namespace acta::internal::load
