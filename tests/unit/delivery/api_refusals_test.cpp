// What the routes refuse, and how they say it.
#include "tests/support/moody.hpp"
#include "tests/support/service.hpp"

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
using testing::moody;
using ::testing::Not;
using ::testing::Pair;
using testing::place;
using testing::service;
using testing::throwing_in;

TEST(api, refuses_an_id_that_names_nothing) {
  service at;
  for (const std::string id : {"%00", "%0a", "%7f", "%ff", "%c3"})
    expect_malformed(at.post("/v1/test.counter/" + id + "/add", R"({"amount": 5})"), "id",
                     "1 to 256");
  expect_malformed(at.get("/v1/test.counter//events"), "id", "1 to 256");
  expect_malformed(at.get("/v1/test.counter/" + std::string(257, 'a')), "id", "1 to 256");
  EXPECT_EQ(
      at.post("/v1/test.counter/" + std::string(256, 'a') + "/add", R"({"amount": 5})").status,
      200);
}

TEST(api, refuses_a_query_for_events_that_is_no_number) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  for (const std::string bad : {"", "-1", "x", "1x", "1.5", "+1", " 1", "18446744073709551616"}) {
    expect_malformed(at.get("/v1/test.counter/c/events?from=" + bad), "from",
                     "a whole number from 0 to 18446744073709551615");
    expect_malformed(at.get("/v1/test.counter/c/events?limit=" + bad), "limit",
                     "a whole number from 1 to 1000");
    expect_malformed(at.get("/v1/test.counter/c?at_least=" + bad), "at_least",
                     "a whole number from 0 to 18446744073709551615");
  }
  expect_malformed(at.get("/v1/test.counter/c/events?limit=0"), "limit", "from 1 to 1000");
  expect_malformed(at.get("/v1/test.counter/c/events?limit=1001"), "limit", "from 1 to 1000");
  EXPECT_EQ(at.get("/v1/test.counter/c/events?limit=1000").status, 200);
}

TEST(api, knows_nothing_of_what_has_no_event) {
  service at;
  expect_problem(at.get("/v1/test.counter/nobody"), 404, "not_found");
  expect_problem(at.get("/v1/test.counter/nobody/events"), 404, "not_found");
}

TEST(api, answers_404_to_what_is_not_hosted) {
  service at;
  expect_problem(at.get("/v1/test.clock/c"), 404, "unknown_aggregate");
  expect_problem(at.post("/v1/test.clock/c/add", "{}"), 404, "unknown_aggregate");
  expect_problem(at.post("/v1/test.counter/c/subtract", "{}"), 404, "unknown_command");
  for (const auto* nowhere : {"/", "/v2", "/v1/test.counter", "/v1/test.counter/c/events/1",
                              "/metrics/1", "/favicon.ico", "//v1"})
    expect_problem(at.get(nowhere), 404, "no_route");
}

TEST(api, answers_405_and_says_what_is_allowed) {
  service at;
  const auto expect_allow = [&](const char* method, const char* target, const char* allowed) {
    const auto answer = at.call(method, target);
    expect_problem(answer, 405, "method_not_allowed");
    EXPECT_THAT(answer.headers, Contains(Pair("Allow", allowed))) << method << " " << target;
  };
  for (const auto* method : {"GET", "HEAD", "PUT", "DELETE", ""})
    expect_allow(method, "/v1/test.counter/c/add", "POST");
  for (const auto* target : {"/v1", "/metrics", "/healthz", "/readyz", "/v1/test.counter/c",
                             "/v1/test.counter/c/events"})
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "get"})
      expect_allow(method, target, "GET, HEAD");
}

TEST(api, names_the_field_of_a_body_that_does_not_fit) {
  service at;
  const auto post = [&](std::string body) {
    return at.post("/v1/test.counter/c/add", std::move(body));
  };
  expect_malformed(post(R"({"amount": "5"})"), "amount", "must be an integer");
  expect_malformed(post(R"({"amount": 1.5})"), "amount", "must be an integer");
  expect_malformed(post(R"({"amount": 99999999999999999999})"), "amount", "is out of range");
  expect_malformed(post(R"({"amount": 1, "times": -1})"), "times", "is out of range");
  expect_malformed(post(R"({"amount": 1e400})"), "amount", "is out of range");
  expect_malformed(post(R"({"amount": )" + std::string(500, '9') + "}"), "amount",
                   "is out of range");
  expect_malformed(post(R"({"times": 1})"), "amount", "is missing");
  expect_malformed(post(R"({"amount": 1, "tmies": 1})"), "tmies", "is not a known field");
  expect_malformed(post(R"({"amount": 1, "times": 1, "amount": 2})"), "amount", "comes twice");
  expect_malformed(post("[]"), "body", "must be an object");
  expect_malformed(post("null"), "body", "must be an object");
  expect_malformed(post("amount=5"), "body", "is not JSON: byte 1");
  expect_malformed(post(R"({"amount": 5)"), "body", "is not JSON: byte 13");
  expect_malformed(post("{\"amount\": \"\xff\"}"), "body", "is not JSON");
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
}

TEST(api, reads_a_body_no_further_than_to_its_first_unknown_member) {
  service at;
  const auto post = [&](std::string body) {
    return at.post("/v1/test.counter/c/add", std::move(body));
  };
  expect_malformed(post(R"({"amount": 1, "x": no JSON)"), "x", "is not a known field");
  expect_malformed(post(R"({"amount": 1, "amount": no JSON)"), "amount", "comes twice");
}

TEST(api, repeats_no_more_than_the_beginning_of_a_long_name) {
  service at;
  std::string name = "x", beginning = "x";
  for (int i = 0; i < 100'000; ++i) name += "ü";
  for (int i = 0; i < 127; ++i) beginning += "ü";
  expect_malformed(at.post("/v1/test.counter/c/add", "{\"" + name + "\": 1}"), beginning + "...",
                   "is not a known field");
}

TEST(api, takes_a_body_that_is_coded_as_itself_and_no_other) {
  service at;
  const auto post = [&](const char* coding) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 1})", {{"content-encoding", coding}});
  };
  for (const auto* same : {"identity", "Identity", "IDENTITY"}) EXPECT_EQ(post(same).status, 200);
  for (const auto* other : {"gzip", "identity, gzip", "identityx", "ident", "br"})
    expect_problem(post(other), 415, "unknown_coding");
  EXPECT_EQ(at.call("GET", "/healthz", "", {{"content-encoding", "gzip"}}).status, 200)
      << "there is no body";
}

TEST(api, refuses_a_target_that_another_reader_would_read_otherwise) {
  service at;
  const auto* five = R"({"amount": 5})";
  for (const auto* target :
       {"v1/test.counter/c/add", "/v1/test.counter/c#x/add", "/v1/test.counter/c/add#x"})
    expect_malformed(at.post(target, five), "target", "");
  for (const auto* target : {"healthz", "*", "here:80"})
    expect_malformed(at.get(target), "target", "");
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
  expect_problem(at.call("OPTIONS", "*"), 404, "no_route");
}

TEST(api, refuses_a_body_that_is_nested_too_deeply_however_long_it_is) {
  service at;
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += R"({"amount":[)";
  const auto answer = at.post("/v1/test.counter/c/add", deep);
  expect_problem(answer, 400, "malformed");
  EXPECT_THAT(body_of(answer).value("field", ""), HasSubstr("amount[0].amount"));
  EXPECT_EQ(body_of(answer).at("detail"), "is nested too deeply");
}

TEST(api, refuses_a_bad_escape_in_the_target) {
  service at;
  expect_malformed(at.get("/v1/test.counter/%zz"), "target", "hexadecimal");
}

TEST(api, answers_what_the_domain_refuses_with_its_reason) {
  service at;
  expect_problem(at.post("/v1/test.counter/c/add", R"({"amount": -1})"), 422, "negative");
  expect_problem(at.post("/v1/bank.account/7/deposit", R"({"minor_units": 5})"), 422, "not_open");
  at.post("/v1/bank.account/7/open", R"({"owner": "Ada"})");
  const auto refused = at.post("/v1/bank.account/7/withdraw", R"({"minor_units": 5})");
  expect_problem(refused, 422, "insufficient_funds");
  EXPECT_EQ(body_of(refused).at("detail"), "the balance is 0");
  EXPECT_EQ(body_of(at.get("/v1/bank.account/7")).at("view"),
            (json{{"owner", "Ada"}, {"balance", 0}, {"overdraft_limit", 0}}));
}

TEST(api, tells_nothing_of_a_domain_that_throws) {
  service at;
  for (const auto* body : {R"({})", R"({"in_apply": true})"}) {
    const auto answer = at.post("/v1/test.counter/c/explode", body);
    expect_problem(answer, 500, "domain_failed");
    EXPECT_EQ(body_of(answer).at("retry"), false) << "a bug stays one";
    EXPECT_EQ(body_of(answer).at("effect"), "none");
    EXPECT_THAT(answer.body, Not(HasSubstr("threw")));
    EXPECT_THAT(answer.inside, HasSubstr("threw")) << "for the operator's log";
  }
}

TEST(api, answers_for_a_domain_that_throws_where_its_values_are_read_and_written) {
  service at;
  at.node().host<moody>();
  const std::string feel = R"({"amount": 13})";
  {
    const throwing_in here{place::command_constructor};
    expect_problem(at.post("/v1/test.moody/m/feel", feel), 500, "domain_failed");
  }
  {
    const throwing_in here{place::command_saved};
    expect_problem(at.post("/v1/test.moody/m/feel", feel), 500, "domain_failed");
  }
  EXPECT_EQ(at.post("/v1/test.moody/m/feel", feel).status, 200);
  const throwing_in here{place::view_saved};
  for (const auto* target : {"/v1/test.moody/m?from=aggregate", "/v1/test.moody/m"}) {
    const auto answer = at.get(target);
    expect_problem(answer, 500, "domain_failed");
    EXPECT_THAT(answer.inside, HasSubstr("threw: an exception of unknown type")) << target;
  }
  for (int i = 0; i < 43; ++i) at.get("/v1/test.moody/m");
  EXPECT_EQ(at.get("/healthz").status, 200);
  EXPECT_EQ(at.get("/readyz").status, 200);
  EXPECT_EQ(at.post("/v1/test.counter/c/add", R"({"amount": 5})").status, 200);
}

TEST(api, refuses_another_command_under_a_key_that_came_before) {
  service at;
  const headers key{{"idempotency-key", "k-1"}};
  at.post("/v1/bank.account/7/open", R"({"owner": "Ada", "overdraft_limit": 100})");
  at.post("/v1/bank.account/7/deposit", R"({"minor_units": 5})", key);
  expect_problem(at.post("/v1/bank.account/7/deposit", R"({"minor_units": 6})", key), 409,
                 "command_id_reused");
  expect_problem(at.post("/v1/bank.account/7/withdraw", R"({"minor_units": 5})", key), 409,
                 "command_id_reused");
  EXPECT_EQ(body_of(at.get("/v1/bank.account/7")).at("view").at("balance"), 5);
}

TEST(api, refuses_headers_that_cannot_be_kept) {
  service at;
  const auto post = [&](const char* name, std::string value) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 5})", {{name, std::move(value)}});
  };
  expect_malformed(post("idempotency-key", std::string(256, 'k')), "Idempotency-Key", "255 bytes");
  expect_malformed(post("idempotency-key", "\xff"), "Idempotency-Key", "UTF-8");
  expect_malformed(post("x-correlation-id", "\xc3"), "X-Correlation-Id", "UTF-8");
  expect_malformed(post("x-correlation-id", std::string(257, 'c')), "X-Correlation-Id",
                   "256 bytes");
  EXPECT_EQ(post("idempotency-key", std::string(255, 'k')).status, 200);
  EXPECT_EQ(post("x-correlation-id", std::string(256, 'c')).status, 200);
}

TEST(api, refuses_an_idempotency_key_that_is_empty_or_not_the_only_one) {
  service at;
  const auto post = [&](headers sent) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 5})", std::move(sent));
  };
  expect_malformed(post({{"idempotency-key", ""}}), "Idempotency-Key", "is empty");
  for (const auto* other : {"a", "b", ""})
    expect_malformed(post({{"idempotency-key", "a"}, {"idempotency-key", other}}),
                     "Idempotency-Key", "more than one");
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
}

TEST(api, looks_for_a_repeat_as_far_back_as_it_is_told) {
  auto how = in_memory();
  how.deduplication_window = 1;
  how.deduplication_reach = std::chrono::milliseconds{0};
  service at{how};
  const auto post = [&](headers sent) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 5})", std::move(sent));
  };
  for (const auto* key : {"a", "b", "c"}) post({{"idempotency-key", key}});
  const auto repeated = [&](const std::string& key, const std::string& since) {
    const auto answer = post({{"idempotency-key", key}, {"idempotency-since", since}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return body_of(answer).value("repeated", false);
  };
  EXPECT_TRUE(repeated("a", "2020-01-01T00:00:00Z"));
  EXPECT_FALSE(repeated("a", "2999-01-01T00:00:00+02:00")) << "it was to look no further back";

  expect_malformed(post({{"idempotency-since", "2020-01-01T00:00:00Z"}}), "Idempotency-Since",
                   "without Idempotency-Key");
  expect_malformed(post({{"idempotency-key", "x"}, {"idempotency-since", "yesterday"}}),
                   "Idempotency-Since", "RFC 3339 time within the years 0 to 9999");
  expect_malformed(post({{"idempotency-key", "x"},
                         {"idempotency-since", "2020-01-01T00:00:00Z"},
                         {"idempotency-since", "2020-01-01T00:00:00Z"}}),
                   "Idempotency-Since", "more than one");
}

TEST(api, takes_no_command_for_the_page_of_another_site) {
  service at;
  const auto from = [&](const std::string& origin) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 5})",
                   {{"host", "127.0.0.1:8080"}, {"origin", origin}});
  };
  for (const auto* foreign : {"https://example.org", "null", "http://127.0.0.1:8081"})
    expect_problem(from(foreign), 403, "foreign_origin");
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
  EXPECT_EQ(from("http://127.0.0.1:8080").status, 200);
}

TEST(api, refuses_a_parameter_that_would_have_no_effect) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  expect_malformed(at.get("/v1/test.counter/c?at_last=1"), "at_last", "no parameter");
  expect_malformed(at.get("/v1/test.counter/c/events?form=2"), "form", "no parameter");
  expect_malformed(at.get("/v1/test.counter/c/events?from=1&from=2"), "from", "twice");
  expect_malformed(at.get("/v1?x=1"), "x", "no parameter");
  expect_malformed(at.post("/v1/test.counter/c/add?amount=5", R"({"amount": 5})"), "amount",
                   "no parameter");
}

void expect_overloaded(const http_answer& answer) {
  expect_problem(answer, 503, "overloaded");
  EXPECT_EQ(body_of(answer).at("retry"), true);
  EXPECT_THAT(answer.headers, Contains(Pair("Retry-After", "1")));
}

TEST(api, answers_503_when_there_is_no_credit) {
  auto how = in_memory();
  how.credits = 0;
  service at{how};
  expect_overloaded(at.post("/v1/test.counter/c/add", R"({"amount": 5})"));
  expect_overloaded(at.get("/v1/test.counter/c"));
  EXPECT_EQ(at.get("/healthz").status, 200);
}

TEST(api, refuses_for_good_what_no_credit_would_suffice_for) {
  auto how = in_memory();
  how.credit_bytes = 4096;
  service at{how};
  const auto open = [&](std::size_t bytes) {
    return at.post("/v1/bank.account/7/open", json{{"owner", std::string(bytes, 'a')}}.dump());
  };
  const auto never = open(8192);
  expect_problem(never, 400, "malformed");
  EXPECT_THAT(never.body, HasSubstr("options.credit_bytes"));
  EXPECT_EQ(open(16).status, 200);
}

TEST(api, answers_503_once_the_node_is_shut_down) {
  service at;
  at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  EXPECT_TRUE(at.node().shut_down(std::chrono::seconds{30}));
  const auto answer = at.post("/v1/test.counter/c/add", R"({"amount": 5})");
  expect_problem(answer, 503, "shutting_down");
  EXPECT_THAT(answer.headers, Contains(Pair("Retry-After", "1")));
  expect_problem(at.get("/v1/test.counter/c"), 503, "shutting_down");
}

}  // namespace
}  // namespace acta
