// What the routes do for those who ask as they should.
#include "tests/support/remembering_tracer.hpp"
#include "tests/support/said_at_places.hpp"
#include "tests/support/service.hpp"

namespace diary {

struct noted {
  std::string what;
};
template <class Inspector>
bool inspect(Inspector& f, noted& e) {
  return f.object(e).fields(f.field("what", e.what));
}
/// A command that is called as what an aggregate's address has for its events.
struct events {
  std::string what;
};
template <class Inspector>
bool inspect(Inspector& f, events& c) {
  return f.object(c).fields(f.field("what", c.what));
}
struct book {
  static constexpr std::string_view type = "diary.book";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<noted, "diary.book.noted", 1>>;
  using commands = acta::commands<diary::events>;
  acta::decision<book> decide(const diary::events& command, const acta::context&) const {
    return noted{command.what == "in ink" ? "\xff" : command.what};
  }
  void apply(const noted& event) { last = event.what; }
  [[nodiscard]] book view() const { return *this; }
  std::string last;
};
template <class Inspector>
bool inspect(Inspector& f, book& b) {
  return f.object(b).fields(f.field("last", b.last));
}

}  // namespace diary

namespace acta {

using namespace internal;
namespace {

using nlohmann::json;
using testing::body_of;
using ::testing::Contains;
using testing::expect_malformed;
using testing::expect_problem;
using ::testing::HasSubstr;
using testing::headers;
using ::testing::Not;
using testing::place;
using testing::said_at_places;
using testing::service;
using ::testing::StartsWith;

/// The ETag of an answer; empty if it has none.
std::string tag_of(const http_answer& answer) {
  for (const auto& [name, value] : answer.headers)
    if (name == "ETag") return value;
  return {};
}

TEST(api, has_the_users_code_that_it_calls_on_the_list) {
  service at;
  at.node().host<testing::moody>();
  const said_at_places said{at.node()};
  ASSERT_EQ(at.post("/v1/test.moody/x/feel", R"({"amount": 1})").status, 200);
  EXPECT_THAT(said[place::command_constructor], Contains("the reading of feel"));
  ASSERT_EQ(at.get("/v1/test.moody/x").status, 200);
  EXPECT_THAT(said[place::view_saved], Contains("the JSON of the view of x"));
  ASSERT_EQ(at.get("/v1/test.moody/x/events").status, 200);
  EXPECT_THAT(said[place::event_saved],
              Contains("the JSON of test.moody.felt, test.moody/x, position 1"));
  ASSERT_EQ(at.get("/v1").status, 200);
  EXPECT_THAT(said[place::command_constructor], Contains("the description of test.moody"));
}

TEST(api, carries_out_a_command_and_shows_the_view_with_its_version) {
  service at;
  const auto added = at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  EXPECT_EQ(added.status, 200);
  EXPECT_EQ(added.content_type, "application/json");
  EXPECT_EQ(body_of(added), (json{{"version", 1}, {"events", 1}, {"repeated", false}}));
  at.post("/v1/test.counter/c/add", R"({"amount": 1, "times": 2})");
  const auto seen = at.get("/v1/test.counter/c");
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(body_of(seen), (json{{"id", "c"}, {"version", 3}, {"view", {{"sum", 7}}}}));
  EXPECT_THAT(tag_of(seen), StartsWith("\"3-"));
}

TEST(api, a_reader_may_ask_for_a_version_or_for_the_aggregate_itself) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5, "times": 2})");
  const auto version = [&](const std::string& query) {
    return body_of(at.get("/v1/test.counter/c" + query)).at("version");
  };
  EXPECT_EQ(version("?at_least=2"), 2);
  EXPECT_EQ(version("?at_least=0"), 2);
  EXPECT_EQ(version("?from=aggregate"), 2);
  expect_malformed(at.get("/v1/test.counter/c?at_least=x"), "at_least", "whole number");
  expect_malformed(at.get("/v1/test.counter/c?at_least=-1"), "at_least", "whole number");
  expect_malformed(at.get("/v1/test.counter/c?from=cache"), "from", "'aggregate'");
  expect_malformed(at.get("/v1/test.counter/c?from=aggregate&at_least=2"), "at_least", "waits");
}

TEST(api, a_version_that_does_not_come_is_waited_for_until_the_deadline) {
  auto how = in_memory();
  how.default_deadline = std::chrono::milliseconds{20};
  service at{how};
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  expect_problem(at.get("/v1/test.counter/c?at_least=2"), 504, "deadline_exceeded");
}

TEST(api, spares_a_reader_the_version_it_knows) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  const auto get = [&](const std::string& known) {
    return at.call("GET", "/v1/test.counter/c", {}, {{"if-none-match", known}});
  };
  const auto tag = tag_of(get("\"\""));
  EXPECT_THAT(tag, StartsWith("\"1-"));
  for (const auto& known : {tag, "W/" + tag, "\"0\", " + tag, std::string{"*"}}) {
    const auto answer = get(known);
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(tag_of(answer), tag);
  }
  // Of the same version, but seen by another program.
  for (const auto& other : {std::string{R"("1-1")"}, std::string{R"("1")"}, "\"x" + tag.substr(1)})
    EXPECT_EQ(get(other).status, 200) << other;
  EXPECT_EQ(at.call("GET", "/v1/test.counter/d", {}, {{"if-none-match", "*"}}).status, 404);
}

TEST(api, says_so_when_a_command_had_nothing_to_record) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  const auto nothing = at.post("/v1/test.counter/c/add", R"({"amount": 5, "times": 0})");
  EXPECT_EQ(body_of(nothing), (json{{"version", 1}, {"events", 0}, {"repeated", false}}));
}

TEST(api, takes_an_empty_body_for_an_empty_object) {
  service at;
  expect_malformed(at.post("/v1/test.counter/c/add"), "amount", "is missing");
}

TEST(api, takes_a_command_that_is_called_events) {
  service at;
  at.node().host<diary::book>();
  EXPECT_EQ(at.post("/v1/diary.book/a/events", R"({"what": "rain"})").status, 200);
  EXPECT_EQ(body_of(at.get("/v1/diary.book/a/events")).at("events").size(), 1U);
  EXPECT_EQ(at.call("PUT", "/v1/diary.book/a/events").status, 405);
}

TEST(api, does_not_blame_a_client_for_an_event_that_cannot_be_written) {
  service at;
  at.node().host<diary::book>();
  expect_problem(at.post("/v1/diary.book/a/events", R"({"what": "in ink"})"), 500, "domain_failed");
  EXPECT_THAT(at.node().dead_letters().at(0).reason, HasSubstr("what is not UTF-8"));
}

TEST(api, decodes_the_id) {
  service at;
  at.post("/v1/test.counter/a%2Fb%20%C3%A4/add", R"({"amount": 5})");
  EXPECT_EQ(body_of(at.get("/v1/test.counter/a%2Fb%20%C3%A4")).at("id"), "a/b \xc3\xa4");
}

TEST(api, shows_the_events_from_a_version_on_up_to_a_limit) {
  service at;
  for (int i = 1; i <= 4; ++i)
    at.post("/v1/test.counter/c/add", json{{"amount", i}}.dump(),
            {{"idempotency-key", "k-" + std::to_string(i)},
             {"x-correlation-id", "order-7"},
             {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
             {"tracestate", "one=1"},
             {"tracestate", "two=2"}});
  const auto versions = [&](const std::string& query) {
    const auto shown = body_of(at.get("/v1/test.counter/c/events" + query));
    std::vector<int> all;
    for (const auto& event : shown.at("events")) all.push_back(event.at("version"));
    return all;
  };
  EXPECT_EQ(versions(""), (std::vector{1, 2, 3, 4}));
  EXPECT_EQ(versions("?from=3"), (std::vector{3, 4}));
  EXPECT_EQ(versions("?from=2&limit=2"), (std::vector{2, 3}));
  EXPECT_EQ(versions("?from=0&limit=1"), (std::vector{1}));
  EXPECT_EQ(versions("?from=5"), (std::vector<int>{}));
  EXPECT_EQ(versions("?from=18446744073709551615"), (std::vector<int>{}));
  auto event = body_of(at.get("/v1/test.counter/c/events?from=2&limit=1")).at("events").at(0);
  EXPECT_TRUE(event.contains("time"));
  event.erase("time");
  EXPECT_EQ(event,
            (json{{"stream", "test.counter/c"},
                  {"version", 2},
                  {"position", "0-2"},
                  {"type", "test.counter.added"},
                  {"schema_version", 1},
                  {"command_id", "k-2"},
                  {"correlation_id", "order-7"},
                  {"trace_context", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                  {"trace_state", "one=1, two=2"},
                  {"payload", {{"amount", 2}}}}));
}

TEST(api, answers_head_where_it_answers_get) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  for (const auto* target : {"/v1", "/metrics", "/healthz", "/readyz", "/v1/test.counter/c",
                             "/v1/test.counter/c/events"})
    EXPECT_EQ(at.call("HEAD", target).status, 200) << target;
}

TEST(api, answers_a_repeat_with_the_first_answer) {
  service at;
  const headers key{{"idempotency-key", "k-1"}};
  const auto first = at.post("/v1/test.counter/c/add", R"({"amount": 5})", key);
  EXPECT_EQ(body_of(first),
            (json{{"version", 1}, {"events", 1}, {"repeated", false}, {"command_id", "k-1"}}));
  at.post("/v1/test.counter/c/add", R"({"amount": 1})");
  const auto again = at.post("/v1/test.counter/c/add", R"({ "amount":5, "times":1 })", key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(body_of(again),
            (json{{"version", 1}, {"events", 1}, {"repeated", true}, {"command_id", "k-1"}}));
  EXPECT_EQ(body_of(at.get("/v1/test.counter/c")).at("view").at("sum"), 6);
}

TEST(api, tells_a_stream_that_ends_from_one_that_is_not_there) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  const auto beyond = at.get("/v1/test.counter/c/events?from=2");
  EXPECT_EQ(beyond.status, 200);
  EXPECT_EQ(body_of(beyond), (json{{"events", json::array()}}));
  for (const auto* from : {"", "?from=1", "?from=2"})
    expect_problem(at.get(std::string{"/v1/test.counter/nobody/events"} + from), 404, "not_found");
}

TEST(api, takes_several_headers_of_one_name_for_a_list) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  EXPECT_EQ(
      at.call("GET", "/v1/test.counter/c", {},
              {{"if-none-match", "\"7\""}, {"if-none-match", tag_of(at.get("/v1/test.counter/c"))}})
          .status,
      304);
}

TEST(api, describes_what_is_hosted) {
  service at;
  const auto hosted = body_of(at.get("/v1")).at("hosted");
  ASSERT_EQ(hosted.size(), 2U);
  EXPECT_EQ(hosted[0].at("aggregate"), "bank.account");
  EXPECT_EQ(
      hosted[0].at("commands").at("deposit"),
      (json{{"object", {{"minor_units", "int64"}, {"reference", {{"may_be_missing", "text"}}}}}}));
  EXPECT_EQ(hosted[1].at("aggregate"), "test.counter");
  EXPECT_EQ(hosted[1].at("view"), (json{{"object", {{"sum", "int64"}}}}));
  const auto& event = hosted[1].at("events").at(0);
  EXPECT_EQ(event.at("type"), "test.counter.added");
  EXPECT_EQ(event.at("schema_version"), 1);
  EXPECT_EQ(event.at("current"), true);
  EXPECT_EQ(event.at("schema"), (json{{"object", {{"amount", "int64"}}}}));
  EXPECT_FALSE(event.at("fingerprint").get<std::string>().empty());
}

/// Asks for the metrics until they hold all of `lines`: what was observed is taken in a little
/// later.
void expect_metrics(service& at, const std::vector<std::string>& lines) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  for (const auto& line : lines) {
    auto text = at.get("/metrics").body;
    while (text.find(line + "\n") == std::string::npos && std::chrono::steady_clock::now() < until)
      text = at.get("/metrics").body;
    EXPECT_THAT(text, HasSubstr(line + "\n"));
  }
}

TEST(api, measures_rate_errors_and_duration_of_each_command) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  at.post("/v1/test.counter/c/add", R"({"amount": -5})");
  at.post("/v1/test.counter/c/add", R"({"amuont": 5})");
  at.get("/v1/test.counter/c");
  expect_metrics(
      at, {R"(acta_commands_total{aggregate="test.counter",command="add",outcome="ok"} 1)",
           R"(acta_commands_total{aggregate="test.counter",command="add",outcome="refused"} 1)",
           R"(acta_commands_total{aggregate="test.counter",command="add",outcome="malformed"} 1)",
           R"(# TYPE acta_command_duration_seconds histogram)",
           R"(acta_command_duration_seconds_count{aggregate="test.counter",command="add"} 2)",
           R"(acta_queries_total{aggregate="test.counter",outcome="ok"} 1)",
           R"(acta_query_duration_seconds_count{aggregate="test.counter"} 1)",
           R"(acta_requests_admitted_total 3)", R"(acta_requests_answered_total 3)",
           R"(acta_cache_loads_total{aggregate="test.counter",outcome="ok"} 1)",
           R"(acta_loads_admitted_total 1)", R"(acta_loads_answered_total 1)",
           R"(acta_journal_last_position 1)"});
  EXPECT_EQ(at.get("/metrics").content_type, "text/plain; version=0.0.4");
}

TEST(api, counts_a_trace_context_that_is_not_valid_once_whatever_the_route) {
  for (const bool traced : {false, true}) {
    auto how = in_memory();
    if (traced) how.tracer = std::make_shared<testing::remembering_tracer>();
    service at{how};
    const headers wrong{{"traceparent", "00-1-2-01"}, {"tracestate", "a=1"}};
    at.post("/v1/test.counter/c/add", R"({"amount":5})", wrong);
    at.post("/schedules", R"({"name":"s","every":"1h","aggregate":"test.counter","id":"c",
                              "command":"add","arguments":{"amount":1}})",
            wrong);
    expect_problem(at.post("/schedules/none/run-now", "", wrong), 404, "not_found");
    EXPECT_EQ(at.post("/schedules/s/run-now", "", wrong).status, 200);
    for (const auto* target :
         {"/v1", "/metrics", "/healthz", "/readyz", "/parked", "/dead-letters", "/schedules",
          "/schedules/s", "/v1/test.counter/c", "/v1/test.counter/c/events", "/none"})
      at.call("GET", target, {}, wrong);
    expect_metrics(at, {R"(acta_trace_headers_dropped_total{header="traceparent"} 15)",
                        R"(acta_trace_headers_dropped_total{header="tracestate"} 15)"});
  }
}

TEST(api, shows_the_metrics_of_what_is_around_the_node) {
  service at;
  std::promise<std::string> answered;
  answer_call(at.node(), {"GET", "/metrics", {}, {}},
              [&](const http_answer& made) { answered.set_value(made.body); }, {},
              {.metrics = [] { return std::string{"of_the_log 7\n"}; }});
  const auto text = answered.get_future().get();
  EXPECT_THAT(text, HasSubstr("\nof_the_log 7\n"));
  EXPECT_THAT(text, HasSubstr("\nacta_journal_last_position 0\n"));
}

TEST(api, says_that_it_is_alive_and_ready) {
  service at;
  EXPECT_EQ(at.get("/healthz").status, 200);
  EXPECT_EQ(at.get("/healthz").body, "alive\n");
  EXPECT_EQ(at.get("/readyz").status, 200);
  EXPECT_EQ(at.get("/readyz").body, "ready\n");
}

TEST(api, is_not_ready_while_what_is_around_the_node_says_so) {
  service at;
  std::promise<http_answer> answered;
  answer_call(at.node(), {"GET", "/readyz", {}, {}},
              [&](http_answer made) { answered.set_value(std::move(made)); }, {},
              {.not_ready_reason = [] { return std::string{"the queue is away"}; }});
  const auto answer = answered.get_future().get();
  expect_problem(answer, 503, "not_ready");
  EXPECT_EQ(body_of(answer).at("detail"), "the queue is away");
}

TEST(api, lists_what_was_lost_and_what_is_set_aside_with_the_reasons) {
  service at;
  EXPECT_EQ(body_of(at.get("/parked")), (json{{"parked", json::array()}}));
  for (int i = 0; i < 2; ++i)
    expect_problem(at.post("/v1/test.counter/c/explode", "{}"), 500, "domain_failed");
  const auto refused = at.post("/v1/test.counter/c/explode", "{}");
  expect_problem(refused, 503, "unavailable");
  EXPECT_THAT(refused.body, Not(HasSubstr("threw"))) << "the inside is no client's business";
  const auto letters = body_of(at.get("/dead-letters")).at("dead_letters");
  ASSERT_GE(letters.size(), 2U);
  EXPECT_EQ(letters[0].at("stream"), "test.counter/c");
  EXPECT_EQ(letters[0].at("request"), "explode");
  EXPECT_EQ(letters[0].at("told"), "domain_failed");
  EXPECT_EQ(letters[0].at("reason"), "decide() threw");
  const auto parked = body_of(at.get("/parked")).at("parked");
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked[0].at("command"), "explode");
  EXPECT_EQ(parked[0].at("reason"), "decide() threw");
}

}  // namespace
}  // namespace acta
