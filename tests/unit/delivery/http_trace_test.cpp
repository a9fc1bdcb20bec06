#include "runtime/delivery/http_trace.hpp"

#include "runtime/codec/trace_context.hpp"
#include "tests/support/remembering_tracer.hpp"
#include "tests/support/service.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::attribute;
using ::testing::ElementsAre;
using testing::headers;
using testing::names_of;
using testing::remembering_tracer;
using testing::service;

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string caller = "00f067aa0ba902b7";
const std::string sampled = "00-" + trace + "-" + caller + "-01";
const std::string unsampled = "00-" + trace + "-" + caller + "-00";

options traced_by(const std::shared_ptr<remembering_tracer>& tracer) {
  auto how = in_memory();
  how.tracer = tracer;
  return how;
}

std::string response_of(const http_answer& answer) {
  for (const auto& [name, value] : answer.headers)
    if (name == "traceresponse") return value;
  return {};
}

http_answer answer_of(int status, std::string_view route = "other") {
  http_answer made;
  made.status = status;
  made.route = route;
  return made;
}

class http_trace_test : public ::testing::Test {
protected:
  /// Once the node has ended, every span is here.
  void end() { at_.reset(); }
  service& at() {
    if (!at_) at_.emplace(traced_by(tracer));
    return *at_;
  }

  std::shared_ptr<remembering_tracer> tracer = std::make_shared<remembering_tracer>();

private:
  std::optional<service> at_;
};

TEST_F(http_trace_test, one_command_is_one_trace_without_a_hole) {
  const auto answer = at().post("/v1/test.counter/c/add?", R"({"amount": 5})",
                                {{"traceparent", sampled}, {"tracestate", "a=1"}});
  end();
  const auto server = tracer->only("POST /v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(server.kind, span_kind::server);
  EXPECT_EQ(trace_id_of(server.context), trace);
  EXPECT_EQ(server.parent, parse_traceparent(sampled).span);
  EXPECT_EQ(server.trace_state, "a=1");
  EXPECT_EQ(attribute(server, "http.request.method"), "POST");
  EXPECT_EQ(attribute(server, "http.route"), "/v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(attribute(server, "url.path"), "/v1/test.counter/c/add");
  EXPECT_EQ(attribute(server, "http.response.status_code"), "200");
  EXPECT_FALSE(server.failed);
  EXPECT_EQ(response_of(answer), to_traceparent(server.context));

  const auto request = tracer->only("test.counter add");
  EXPECT_EQ(request.parent, server.context.span);
  EXPECT_EQ(names_of(tracer->children_of(server)), "read test.counter add answer");
  const auto read = tracer->only("read");
  const auto written = tracer->only("answer");
  EXPECT_EQ(read.start, server.start);
  EXPECT_EQ(read.end, request.start) << "nothing is between HTTP's part and the engine's";
  EXPECT_EQ(request.end, written.start) << "nor behind it";
  EXPECT_EQ(written.end, server.end);
  EXPECT_NE(read.context.span, written.context.span);
  EXPECT_EQ(names_of(tracer->children_of(request)), "wait decide append release");
  std::chrono::nanoseconds stages{0};
  for (const auto& stage : tracer->children_of(request)) stages += stage.end - stage.start;
  EXPECT_EQ(stages, request.end - request.start);
  for (const auto& one : tracer->spans) EXPECT_EQ(trace_id_of(one.context), trace) << one.name;
}

TEST_F(http_trace_test, a_read_is_traced_too) {
  at().post("/v1/test.counter/c/add", R"({"amount": 5})");
  const auto answer = at().call("GET", "/v1/test.counter/c", {}, {{"traceparent", sampled}});
  end();
  const auto server = tracer->only("GET /v1/{aggregate}/{id}");
  EXPECT_EQ(response_of(answer), to_traceparent(server.context));
  EXPECT_EQ(tracer->only("test.counter query").parent, server.context.span);
  EXPECT_EQ(trace_id_of(tracer->only("test.counter load").context), trace);
}

TEST_F(http_trace_test, a_schedule_is_added_and_run_within_the_trace_of_its_request) {
  const auto* plan = R"({"name": "a", "every": "1d", "aggregate": "test.counter", "id": "c",
    "command": "add", "arguments": {"amount": 5}})";
  at().post("/schedules", plan, {{"traceparent", sampled}});
  at().post("/schedules/a/run-now", "", {{"traceparent", sampled}});
  end();
  const auto added = tracer->only("POST /schedules");
  EXPECT_EQ(names_of(tracer->children_of(added)), "read acta.schedule add answer");
  const auto command = tracer->only("acta.schedule add");
  EXPECT_EQ(tracer->children_of(added).front().end, command.start);
  const auto ran = tracer->only("POST /schedules/{name}/{call}");
  EXPECT_EQ(names_of(tracer->children_of(ran)),
            "read acta.schedule request_run test.counter add answer");
  for (const auto& one : tracer->spans) EXPECT_EQ(trace_id_of(one.context), trace) << one.name;
}

TEST_F(http_trace_test, what_is_not_sampled_shows_nothing_and_is_answered_with_its_trace) {
  const auto answer = at().call("GET", "/v1/test.counter/c", {}, {{"traceparent", unsampled}});
  end();
  EXPECT_TRUE(tracer->spans.empty());
  const auto named = parse_traceparent(response_of(answer));
  EXPECT_EQ(trace_id_of(named), trace);
  EXPECT_NE(span_id_of(named), caller);
  EXPECT_FALSE(named.sampled);
}

TEST_F(http_trace_test, without_a_trace_nothing_is_made_or_answered) {
  tracer = std::make_shared<remembering_tracer>(false);
  const auto answer = at().post("/v1/test.counter/c/add", R"({"amount": 5})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(response_of(answer), "");
  end();
  EXPECT_TRUE(tracer->spans.empty());
  EXPECT_EQ(tracer->asked, 1U) << "the engine does not decide again";
  service untraced;
  EXPECT_EQ(response_of(untraced.call("GET", "/v1", {}, {{"traceparent", sampled}})), "");
}

TEST_F(http_trace_test, a_refusal_is_without_a_hole_too) {
  at().post("/v1/test.counter/c/add", R"({"amount": 5})", {{"traceparent", sampled}});
  for (const auto* expected : {"\"7\"", "\"1\""})
    at().post("/v1/test.counter/c/add", R"({"amount": 5})",
              {{"traceparent", sampled}, {"if-match", expected}});
  end();
  auto servers = tracer->named("POST /v1/{aggregate}/{id}/{command}");
  ASSERT_EQ(servers.size(), 3U);
  for (const auto& server : servers) {
    std::chrono::nanoseconds parts{0};
    for (const auto& part : tracer->children_of(server)) parts += part.end - part.start;
    EXPECT_EQ(parts, server.end - server.start) << attribute(server, "http.response.status_code");
  }
}

// Not sampled, and nothing that the engine knows of.
TEST_F(http_trace_test, a_fault_of_http_alone_is_one_span) {
  tracer = std::make_shared<remembering_tracer>(false);
  auto failed = answer_of(503);
  show_untraced(at().node(), failed);
  failed.traced = true;
  show_untraced(at().node(), failed);
  show_untraced(at().node(), answer_of(404));
  http_trace{at().node(), {"GET", "/metrics?secret", {}, {}}}.ending([](const http_answer& answer) {
    EXPECT_TRUE(answer.traced);
    EXPECT_NE(response_of(answer), "");
  })(answer_of(500, "GET /metrics"));
  const http_trace known{at().node(), {"GET", "/v1/test.counter/c", {}, {}}};
  known.engine_answered(failed);
  known.ending([](const http_answer&) {})(failed);
  // Whoever probes has asked whether it is ready.
  http_trace{at().node(), {"GET", "/readyz", {}, {}}}.ending([](const http_answer& answer) {
    EXPECT_EQ(response_of(answer), "");
  })(answer_of(503, "GET /readyz"));
  end();
  ASSERT_EQ(tracer->spans.size(), 2U);
  EXPECT_EQ(tracer->spans[0].name, "HTTP");
  EXPECT_EQ(tracer->spans[1].name, "GET /metrics");
  for (const auto& one : tracer->spans) {
    EXPECT_EQ(one.kind, span_kind::server);
    EXPECT_EQ(one.parent, 0U);
    EXPECT_TRUE(one.failed);
  }
  EXPECT_EQ(attribute(tracer->spans[1], "url.path"), "/metrics");
}

TEST_F(http_trace_test, names_the_mistake_of_a_client) {
  at().get("/no/such/route/here");
  at().get("/v1/test.counter/c?at_leest=1");
  at().post("/v1/test.counter/c/add", R"({"amount": -5})", {{"traceparent", sampled}});
  end();
  EXPECT_EQ(attribute(tracer->only("GET"), "error.type"), "no_route");
  EXPECT_EQ(attribute(tracer->only("GET /v1/{aggregate}/{id}"), "error.type"), "malformed");
  const auto server = tracer->only("POST /v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(attribute(server, "error.type"), "refused") << "a domain may have many codes";
  EXPECT_FALSE(server.failed);
  const auto command = tracer->only("test.counter add");
  EXPECT_EQ(attribute(command, "error.type"), "refused");
  EXPECT_EQ(attribute(command, "acta.refusal"), "negative");
}

TEST_F(http_trace_test, probes_and_scrapes_have_no_span) {
  for (const auto* target : {"/metrics", "/healthz", "/readyz", "/readyz?verbose"})
    for (const auto& parent : {headers{}, headers{{"traceparent", sampled}}})
      EXPECT_EQ(response_of(at().call("GET", target, {}, parent)), "") << target;
  end();
  EXPECT_TRUE(tracer->spans.empty());
}

TEST_F(http_trace_test, two_headers_are_no_context) {
  at().call("GET", "/v1", {},
            {{"traceparent", sampled}, {"traceparent", sampled}, {"tracestate", "a=1"}});
  end();
  const auto server = tracer->only("GET /v1");
  EXPECT_EQ(server.parent, 0U);
  EXPECT_NE(trace_id_of(server.context), trace);
  EXPECT_EQ(server.trace_state, "");
}

TEST_F(http_trace_test, of_a_target_the_path_alone_is_shown) {
  EXPECT_EQ(path_of("/v1/a/b?token=secret"), "/v1/a/b");
  EXPECT_EQ(path_of("http://me:secret@host/v1?x"), "/v1");
  EXPECT_EQ(path_of("http://me:secret@host"), "");
  EXPECT_EQ(path_of("*"), "");
  EXPECT_EQ(path_of("me:secret@host"), "");
}

TEST_F(http_trace_test, clients_make_no_names_of_spans) {
  at().call("BREW", "/teapot/4711");
  at().call("GET", "/no/such/route/here/at/all");
  end();
  EXPECT_EQ(attribute(tracer->only("HTTP"), "http.request.method"), "_OTHER");
  EXPECT_EQ(attribute(tracer->only("HTTP"), "http.request.method_original"), "BREW");
  EXPECT_EQ(attribute(tracer->only("GET"), "http.route"), "");
  EXPECT_EQ(attribute(tracer->only("GET"), "http.response.status_code"), "404");
  EXPECT_FALSE(tracer->only("GET").failed) << "the client's mistake";
}

}  // namespace
}  // namespace acta
