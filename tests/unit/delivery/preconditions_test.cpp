// Conditional requests, as far as a command or a view can depend on a version.
#include "tests/support/service.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::body_of;
using testing::expect_malformed;
using testing::expect_problem;
using testing::headers;
using testing::service;

class preconditions : public ::testing::Test {
protected:
  /// Adds 1 to the counter c.
  http_answer add(headers sent) {
    return at.post("/v1/test.counter/c/add", R"({"amount": 1})", std::move(sent));
  }
  http_answer add_if_match(std::string tags) { return add({{"if-match", std::move(tags)}}); }
  void expect_version(std::uint64_t version) {
    EXPECT_EQ(body_of(at.get("/v1/test.counter/c")).at("version"), version);
  }
  std::string tag() {
    const auto answer = at.get("/v1/test.counter/c");
    for (const auto& [name, value] : answer.headers)
      if (name == "ETag") return value;
    return {};
  }
  service at;
};

void expect_wrong_version(const http_answer& answer, std::uint64_t current) {
  expect_problem(answer, 412, "wrong_version");
  EXPECT_EQ(body_of(answer).at("version"), current);
  EXPECT_EQ(body_of(answer).at("retry"), false);
  EXPECT_EQ(body_of(answer).at("effect"), "none");
}

TEST_F(preconditions, let_a_command_rest_on_the_version_that_was_seen) {
  add({});
  EXPECT_EQ(add_if_match(tag()).status, 200);
  EXPECT_EQ(add_if_match("\"2\"").status, 200) << "as an answer's version";
  expect_wrong_version(add_if_match("\"2\""), 3);
  EXPECT_EQ(add_if_match("\"3-of another program\"").status, 400) << "a blank is in no tag";
  EXPECT_EQ(add_if_match("\"3-of-another-program\"").status, 200) << "the version counts";
  expect_version(4);
}

TEST_F(preconditions, take_lists_of_tags_and_a_star) {
  expect_wrong_version(add_if_match("*"), 0);
  add({});
  EXPECT_EQ(add_if_match("*").status, 200);
  EXPECT_EQ(add_if_match(R"("7" , "2",,"9-1")").status, 200);
  EXPECT_EQ(add_if_match(R"(W/"9", "a,b", "3")").status, 200);
  EXPECT_EQ(add({{"if-match", "\"1\""}, {"if-match", "\"4\""}}).status, 200) << "two lines";
  expect_version(5);
}

TEST_F(preconditions, are_not_met_by_tags_that_are_weak_or_not_ours) {
  add({});
  for (const auto* tags :
       {R"(W/"1")", R"("")", R"("one")", R"("01")", R"("+1")", R"("1x")", R"("0")", "\"\xc3\xa4\"",
        R"("18446744073709551617")", R"(W/"1", "one")"})
    expect_wrong_version(add_if_match(tags), 1);
  expect_version(1);
}

TEST_F(preconditions, that_are_none_are_malformed) {
  add({});
  for (const auto* nonsense : {"1", "\"1", "1\"", "w/\"1\"", "W/1", "\"1\" \"2\"", "*, \"1\"", "",
                               ",", "\"1 \"", "'1'", "\"1\";q=1", "\"1\", *", "**"})
    expect_malformed(add_if_match(nonsense), "If-Match", "entity tags");
  expect_version(1);
}

TEST_F(preconditions, let_a_command_expect_that_there_is_nothing_yet) {
  EXPECT_EQ(add({{"if-none-match", "*"}}).status, 200);
  expect_wrong_version(add({{"if-none-match", "*"}}), 1);
  for (const auto* tags : {"\"1\"", "\"7\"", "W/\"1\"", "", "1"})
    expect_malformed(add({{"if-none-match", tags}}), "If-None-Match", "but *");
  expect_malformed(add({{"if-none-match", "*"}, {"if-match", "*"}}), "If-None-Match", "If-Match");
  expect_version(1);
}

TEST_F(preconditions, about_times_are_refused_where_to_ignore_them_loses_an_update) {
  for (const auto* time : {"Thu, 26 Nov 2026 12:00:00 GMT", "yesterday", ""})
    expect_malformed(add({{"if-unmodified-since", time}}), "If-Unmodified-Since", "If-Match");
  EXPECT_EQ(add({{"if-modified-since", "Thu, 26 Nov 2026 12:00:00 GMT"}}).status, 200);
}

TEST_F(preconditions, come_after_the_key_of_a_command_that_came_before) {
  add({});
  const headers sent{{"if-match", "\"1\""}, {"idempotency-key", "k"}};
  EXPECT_EQ(add(sent).status, 200);
  const auto again = add(sent);
  EXPECT_EQ(again.status, 200) << "its own effect is no reason to refuse it";
  EXPECT_EQ(body_of(again).at("repeated"), true);
  EXPECT_EQ(body_of(again).at("version"), 2);
  const headers late{{"if-match", "\"1\""}, {"idempotency-key", "other"}};
  expect_wrong_version(add(late), 2);
  expect_wrong_version(add(late), 2);
  EXPECT_EQ(add({{"if-match", "\"2\""}, {"idempotency-key", "other"}}).status, 200)
      << "what was refused is decided anew";
}

TEST_F(preconditions, hold_for_views_too) {
  add({});
  const auto get = [&](const std::string& tags) {
    return at.call("GET", "/v1/test.counter/c", {}, {{"if-match", tags}});
  };
  EXPECT_EQ(get("\"1\"").status, 200);
  EXPECT_EQ(get("*").status, 200);
  expect_wrong_version(get("\"2\""), 1);
  expect_malformed(get("1"), "If-Match", "entity tags");
}

TEST_F(preconditions, of_views_that_are_none_are_malformed_in_both_headers) {
  add({});
  for (const auto* header : {"If-Match", "If-None-Match"})
    for (const auto* nonsense : {"x", "1", "", "\"1", "\"1\", *", "'1'"}) {
      const std::string name = header == std::string{"If-Match"} ? "if-match" : "if-none-match";
      expect_malformed(at.call("GET", "/v1/test.counter/c", {}, {{name, nonsense}}), header,
                       "entity tags");
    }
}

TEST_F(preconditions, are_not_looked_at_where_nothing_has_a_tag) {
  add({});
  for (const auto* target : {"/v1/test.counter/c/events", "/v1", "/healthz"})
    EXPECT_EQ(at.call("GET", target, {}, {{"if-match", "\"7\""}}).status, 200) << target;
}

TEST_F(preconditions, of_a_command_that_nobody_takes_are_not_looked_at) {
  expect_problem(at.post("/v1/test.counter/c/nothing", "{}", {{"if-match", "nonsense"}}), 404,
                 "unknown_command");
}

}  // namespace
}  // namespace acta
