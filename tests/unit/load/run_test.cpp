// Whole runs against a node in this process; and against one whose answers are not true.
#include "runtime/load/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/load/node_target.hpp"
#include "runtime/load/report.hpp"
#include "runtime/load/run_result.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/temporary_directory.hpp"

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
  /// The whole of it, as `load run` does it.
  result<run_result> run(const scenario& what, target& on, const std::string& prefix,
                         const std::filesystem::path& journal = {}) {
    run_settings how;
    how.prefix = prefix;
    how.watch = [this](const progress& at) { watched.push_back(at); };
    load_run one{what, on, how};
    if (auto good = one.prepare(); !good) return good.error();
    run_result all;
    for (const auto& each : what.phases) all.phases.push_back(one.carry_out(each));
    all.audit = one.audit(&sums, journal);
    if (!all.audit) return all.audit.error();
    return all;
  }

  acta::node node{in_memory()};
  const aggregate_type& type = node.host(describe<testing::counter>());
  node_target real{node, type};
  const load_invariant sums{
      "amounts", "test.counter",
      [](std::string_view event, const nlohmann::json& payload) -> std::int64_t {
        return event == "test.counter.added" ? payload.at("amount").get<std::int64_t>() : 0;
      },
      [](const nlohmann::json& view) { return view.at("sum").get<std::int64_t>(); }};
  std::vector<progress> watched;
};

TEST_F(run_test, measures_each_kind_and_finds_every_answer_to_be_true) {
  const auto what = small();
  const auto found = run(what, real, "run-");
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(found->audit->examples, IsEmpty());
  EXPECT_EQ(found->audit->streams, 20U);
  ASSERT_EQ(found->phases.size(), 2U);
  std::uint64_t acknowledged = 40;
  std::uint64_t refused = 0;
  for (const auto& one : found->phases) {
    EXPECT_EQ(one.unanswered, 0U);
    ASSERT_EQ(one.seen.kinds.size(), 3U);
    acknowledged += one.seen.kinds[0].latency.at("ok").count();
    refused += one.seen.kinds[1].latency.at("refused").count();
    EXPECT_EQ(one.seen.kinds[2].latency.size(), 1U);
    std::uint64_t intended = 0, answered = 0;
    for (const auto& second : one.seen.seconds) {
      intended += second.intended;
      answered += second.latency.count();
    }
    EXPECT_EQ(intended, answered);
  }
  EXPECT_EQ(found->audit->acknowledged, acknowledged);
  EXPECT_EQ(found->audit->events, acknowledged);
  EXPECT_EQ(found->audit->without_effect, refused);
  EXPECT_GT(found->phases[1].seen.kinds[0].latency.at("ok").count(), 150U);
  EXPECT_LE(found->phases[1].seen.kinds[0].service_time.most(),
            found->phases[1].seen.kinds[0].all().most());
  EXPECT_EQ(found->audit->invariant.name, "amounts");
  EXPECT_GT(found->audit->invariant.in, 200);
  EXPECT_EQ(found->audit->invariant.in, found->audit->invariant.total);
  ASSERT_GE(watched.size(), 2U) << "once at the end of each phase, at least";
  EXPECT_EQ(watched.back().phase, "then");
  EXPECT_EQ(watched.back().in_flight, 0U);
}

TEST_F(run_test, goes_on_with_streams_that_were_there) {
  const auto what = small();
  ASSERT_TRUE(run(what, real, "run-1-"));
  const auto again = run(what, real, "run-2-");
  ASSERT_TRUE(again);
  EXPECT_THAT(again->audit->examples, IsEmpty());
  EXPECT_EQ(again->audit->others_events, 0U) << "those of the run before are before its start";
}

TEST_F(run_test, prepares_only_what_is_new_if_asked_to) {
  auto what = small();
  what.prepare[0].if_new = true;
  ASSERT_TRUE(run(what, real, "run-1-"));
  const auto again = run(what, real, "run-2-");
  ASSERT_TRUE(again);
  std::uint64_t done = 0;
  for (const auto& one : again->phases) done += one.seen.kinds[0].latency.at("ok").count();
  EXPECT_EQ(again->audit->acknowledged, done);
}

TEST_F(run_test, ends_a_phase_that_is_enough) {
  auto what = small();
  what.phases = {{"long", std::vector{rate_line{200, 200, std::chrono::hours{1}}}, true}};
  run_settings how;
  how.prefix = "run-";
  how.is_enough = [](const phase_result& so_far, const progress& at) {
    EXPECT_EQ(so_far.name, "long");
    EXPECT_EQ(at.rate_asked, 200);
    return true;
  };
  load_run one{what, real, how};
  ASSERT_TRUE(one.prepare());
  const auto ended = one.carry_out(what.phases[0]);
  EXPECT_TRUE(ended.was_ended);
  EXPECT_LT(ended.length, std::chrono::minutes{1});
  EXPECT_TRUE(one.audit(nullptr, {})->passed());
}

TEST_F(run_test, carries_out_a_closed_phase) {
  auto what = small();
  what.phases = {{"closed", client_loop{5, {}, std::chrono::milliseconds{200}}, true}};
  const auto found = run(what, real, "run-");
  ASSERT_TRUE(found);
  EXPECT_THAT(found->audit->examples, IsEmpty());
  EXPECT_GT(found->phases[0].seen.kinds[0].all().count(), 5U);
  for (const auto& at : watched) EXPECT_LE(at.in_flight, 5U);
}

TEST_F(run_test, is_told_in_json_and_as_a_table) {
  const auto what = small();
  auto found = run(what, real, "run-");
  ASSERT_TRUE(found);
  found->thresholds = {{"p99 of add", "20 ms", "3.1 ms", "then", false}};
  for (auto& one : found->phases) one.seen.lateness = {};  // of a busy machine
  EXPECT_EQ(found->exit_code(), 1);
  const auto report = report_of(what, *found);
  EXPECT_EQ(report["audit"]["passed"], true);
  EXPECT_EQ(report["phases"].size(), 2U);
  EXPECT_GT(report["phases"][1]["kinds"][0]["latency_ms"]["p99"], 0);
  EXPECT_EQ(report["phases"][1]["kinds"][1]["operation"], "add");
  const auto table = summary_of(what, *found);
  EXPECT_THAT(table, HasSubstr("then"));
  EXPECT_THAT(table, Not(HasSubstr("first")));
  EXPECT_THAT(table, HasSubstr("audit: passed"));
  EXPECT_THAT(table, HasSubstr("BROKEN: p99 of add: 3.1 ms, limit 20 ms, in phase then"));
}

TEST(run_result, tells_each_kill_in_the_phase_in_which_it_came) {
  using namespace std::chrono_literals;
  const std::chrono::steady_clock::time_point began{1h};
  run_result all;
  all.phases.resize(2);
  for (auto& one : all.phases) one.until_last_answer = 10s;
  all.phases[0].began = began;
  all.phases[1].began = began + 10s;
  all.kills = {began - 1s, began + 2500ms, began + 10s, began + 13s};
  auto what = small();
  const auto report = report_of(what, all);
  EXPECT_EQ(report["kills"], 4);
  EXPECT_EQ(report["phases"][0]["kills_at"], nlohmann::ordered_json({2.5}));
  EXPECT_EQ(report["phases"][1]["kills_at"], nlohmann::ordered_json({0.0, 3.0}));
}

TEST(run_result, has_the_exit_code_of_the_worst) {
  run_result well;
  well.audit = audit_result{};
  EXPECT_EQ(well.exit_code(), 0);
  EXPECT_EQ(run_result{}.exit_code(), 3) << "no audit";
  auto broken = well;
  broken.thresholds = {{"errors", "0 %", "1 %", "one", false}};
  EXPECT_EQ(broken.exit_code(), 1);
  auto late = broken;
  late.phases.emplace_back();
  late.phases.back().seen.lateness.add(6'000'000);
  EXPECT_EQ(late.exit_code(), 4);
  late.phases.back().was_measured = false;
  EXPECT_EQ(late.exit_code(), 1);
  auto stopped = well;
  stopped.stopped_by = "a signal";
  EXPECT_EQ(stopped.exit_code(), 1);
  auto wrong_too = broken;
  wrong_too.audit->note(wrong::lost, "x");
  EXPECT_EQ(wrong_too.exit_code(), 3);
}

/// Does to the n-th operation of a kind what the test says, and shows events and views as it says.
class untrue final : public target {
public:
  using trick =
      std::function<void(target& real, operation what, std::function<void(outcome)> done)>;

  explicit untrue(target& real, trick to = {}) : real_{real}, trick_{std::move(to)} {}

  void begin(operation what, std::function<void(outcome)> done) override {
    if (trick_ && (what.command.empty() ? tricks_reads : !tricks_reads) && ++seen_ == 45)
      trick_(real_, std::move(what), std::move(done));
    else
      real_.begin(std::move(what), std::move(done));
  }
  result<std::vector<stored_event>> events(const std::string& id, std::uint64_t from,
                                           std::size_t most) override {
    auto page = real_.events(id, from, most);
    if (page && id == "load-0" && shows_events) shows_events(*page);
    return page;
  }
  result<stored_view> view(const std::string& id) override {
    auto shown = real_.view(id);
    if (shown && id == "load-0" && shows_view) shows_view(*shown);
    return shown;
  }

  bool tricks_reads = false;
  std::function<void(std::vector<stored_event>&)> shows_events;
  std::function<void(stored_view&)> shows_view;

private:
  target& real_;
  trick trick_;
  int seen_ = 0;
};

scenario without_refusals() {
  auto what = small();
  what.mix.erase(what.mix.begin() + 1);
  return what;
}

TEST_F(run_test, finds_an_answer_without_an_effect) {
  untrue lying{real, [](target&, const operation&, const std::function<void(outcome)>& done) {
                 done({"ok", said::done, 1, 1});
               }};
  const auto found = run(without_refusals(), lying, "run-");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0], HasSubstr("lost: test.counter/load-"));
}

TEST_F(run_test, finds_an_effect_without_an_answer) {
  untrue lying{real, [](target& to, operation what, std::function<void(outcome)> done) {
                 to.begin(std::move(what), [done = std::move(done)](const outcome&) {
                   done({"overloaded", said::no, 0, 0});
                 });
               }};
  const auto found = run(without_refusals(), lying, "run-");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0], HasSubstr("after_refusal: "));
}

TEST_F(run_test, takes_an_outcome_that_nobody_knows_for_both) {
  for (const bool sent : {true, false}) {
    untrue silent{real, [sent](target& to, operation what, std::function<void(outcome)> done) {
                    const outcome unknown{"deadline_exceeded", said::unknown, 0, 0};
                    if (!sent) return done(unknown);
                    to.begin(std::move(what),
                             [done = std::move(done), unknown](const outcome&) { done(unknown); });
                  }};
    const auto found = run(without_refusals(), silent, sent ? "run-1-" : "run-2-");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->audit->examples, IsEmpty());
    EXPECT_EQ(found->audit->unknown_took_effect, sent ? 1U : 0U);
    EXPECT_EQ(found->audit->unknown_without_effect, sent ? 0U : 1U);
  }
}

TEST_F(run_test, finds_a_read_of_an_older_version) {
  untrue lying{real, [](target&, const operation&, const std::function<void(outcome)>& done) {
                 done({"ok", said::no, 1, 0});
               }};
  lying.tricks_reads = true;
  const auto found = run(without_refusals(), lying, "run-");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0],
              HasSubstr("a read showed version 1 after an answer had shown"));
}

TEST_F(run_test, finds_an_aggregate_that_is_not_there_any_more) {
  untrue lying{real, [](target&, const operation&, const std::function<void(outcome)>& done) {
                 done({"not_found", said::no, 0, 0});
               }};
  lying.tricks_reads = true;
  const auto found = run(without_refusals(), lying, "run-");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0], HasSubstr("stale_read: test.counter/load-"));
}

TEST_F(run_test, finds_an_event_that_is_lost_doubled_or_out_of_order) {
  using events = std::vector<stored_event>;
  const std::vector<std::pair<std::string, std::function<void(events&)>>> plants{
      {"lost",
       [](events& all) {
         if (!all.empty() && all[0].version == 1) all.erase(all.begin());
       }},
      {"gap",
       [](events& all) {
         if (!all.empty() && all[0].version == 1) all.erase(all.begin());
       }},
      {"doubled", [](events& all) {
         if (all.size() > 2) all[2].command_id = all[0].command_id;
       }}};
  int run_number = 0;
  for (const auto& [kind, plant] : plants) {
    acta::node fresh{in_memory()};
    const auto& hosted = fresh.host(describe<testing::counter>());
    node_target there{fresh, hosted};
    untrue lying{there};
    lying.shows_events = plant;
    const auto found = run(without_refusals(), lying, "run-" + std::to_string(++run_number) + "-");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->audit->examples, ::testing::Contains(::testing::StartsWith(kind + ": ")));
  }
}

TEST_F(run_test, finds_a_view_that_is_not_the_sum_of_its_events) {
  untrue lying{real};
  lying.shows_view = [](stored_view& shown) {
    shown.view["sum"] = shown.view["sum"].get<std::int64_t>() + 1;
  };
  const auto found = run(without_refusals(), lying, "run-");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0], HasSubstr("invariant: test.counter/load-0: amounts in "));
}

TEST_F(run_test, finds_in_the_whole_log_what_nobody_asked_for) {
  const testing::temporary_directory directory;
  acta::node stored{embedded(directory.path() / "journal")};
  const auto& hosted = stored.host(describe<testing::counter>());
  node_target there{stored, hosted};
  const auto clean = run(without_refusals(), there, "run-1-", directory.path() / "journal");
  ASSERT_TRUE(clean) << clean.error().detail;
  EXPECT_THAT(clean->audit->examples, IsEmpty());
  EXPECT_EQ(clean->audit->events_in_log, clean->audit->events);
  // One command is carried out once more, for an aggregate of no key.
  untrue twice{there,
               [](target& to, const operation& what, const std::function<void(outcome)>& done) {
                 auto elsewhere = what;
                 elsewhere.id = "elsewhere";
                 to.begin(elsewhere, [](const outcome&) {});
                 to.begin(what, done);
               }};
  const auto seen = run(without_refusals(), twice, "run-2-", directory.path() / "journal");
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->audit->examples.size(), 1U);
  EXPECT_THAT(seen->audit->examples[0], HasSubstr("nobody_asked: test.counter/elsewhere: command"));
}

TEST_F(run_test, finds_that_a_journal_is_not_the_targets) {
  const testing::temporary_directory directory;
  {
    acta::node other{embedded(directory.path() / "journal")};
    const auto& hosted = other.host(describe<testing::counter>());
    node_target there{other, hosted};
    ASSERT_TRUE(run(without_refusals(), there, "run-1-"));
  }
  const auto found = run(without_refusals(), real, "run-2-", directory.path() / "journal");
  ASSERT_TRUE(found) << found.error().detail;
  ASSERT_EQ(found->audit->examples.size(), 1U);
  EXPECT_THAT(found->audit->examples[0], HasSubstr("holds 0 events of the run"));
}

TEST_F(run_test, ends_its_audit_when_it_is_stopped_and_tells_what_was_wrong_until_then) {
  for (const bool lies : {false, true}) {
    untrue there{real};
    run_settings how;
    how.prefix = lies ? "run-2-" : "run-1-";
    const auto what = without_refusals();
    load_run one{what, there, how};
    ASSERT_TRUE(one.prepare());
    // Within the first stream.
    there.shows_events = [&](std::vector<stored_event>& all) {
      if (lies) std::erase_if(all, [](const auto& each) { return each.command_id == "run-2-1"; });
      if (all.empty()) one.stop();
    };
    const auto stopped = one.audit(nullptr, {});
    ASSERT_FALSE(stopped);
    EXPECT_THAT(stopped.error().detail,
                HasSubstr(lies ? "it was stopped after 1 streams; wrong until then:\n  "
                               : "it was stopped after 1 streams; nothing was wrong until then"));
    EXPECT_EQ(stopped.error().detail.find("lost: ") != std::string::npos, lies);
    run_result all;
    all.audit = stopped;
    EXPECT_EQ(all.exit_code(), 3);
  }
}

TEST_F(run_test, audits_what_was_answered_before_it_was_stopped) {
  const auto what = small();
  run_settings how;
  how.prefix = "run-";
  load_run one{what, real, how};
  ASSERT_TRUE(one.prepare());
  one.stop();
  const auto audit = one.audit(nullptr, {});
  ASSERT_TRUE(audit) << audit.error().detail;
  EXPECT_EQ(audit->streams, 20U);
}

TEST_F(run_test, ends_where_the_preparation_is_refused) {
  auto what = small();
  what.prepare[0].what = what.mix[1];
  const auto found = run(what, real, "run-");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().detail, HasSubstr("preparation: add: answered refused"));
}

}  // namespace
}  // namespace acta::internal::load
