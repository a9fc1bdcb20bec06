// What an HTTP answer is taken for, from a server that answers as it is told.
#include "runtime/load/http_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/support/scripted_server.hpp"

namespace acta::internal::load {
namespace {

using acta::testing::scripted;
using acta::testing::scripted_server;
using ::testing::HasSubstr;

class http_target_test : public ::testing::Test {
protected:
  /// The target whose server answers each request like this.
  http_target& answers(const scripted& with) {
    target_.reset();
    server_.emplace(std::vector{with});
    http_target::settings how;
    how.connections = 1;
    how.limit = std::chrono::seconds{30};
    target_.emplace(std::vector{*parse_http_url(server_->url(""))}, "bank.account", how);
    return *target_;
  }
  http_target& answers(int status, const std::string& body) {
    return answers(acta::testing::answer(status, body));
  }
  static outcome outcome_of(http_target& on, bool is_command) {
    std::promise<outcome> promise;
    operation what{"7", is_command ? "deposit" : "", nlohmann::json::object(), "run-1"};
    on.begin(what, [&promise](outcome answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  outcome command(int status, const std::string& body) {
    return outcome_of(answers(status, body), true);
  }
  outcome read(int status, const std::string& body) {
    return outcome_of(answers(status, body), false);
  }

private:
  std::optional<scripted_server> server_;
  std::optional<http_target> target_;
};

TEST_F(http_target_test, reads_what_the_readme_describes) {
  const auto done = command(200, R"({"version": 12, "events": 2})");
  EXPECT_EQ(done.code, "ok");
  EXPECT_EQ(done.effect, said::done);
  EXPECT_EQ(done.version, 12U);
  EXPECT_EQ(done.events, 2U);
  EXPECT_EQ(read(200, R"({"version": 12, "view": {}})").version, 12U);
  const auto refused = command(422, R"({"code": "overdrawn", "effect": "none", "retry": false})");
  EXPECT_EQ(refused.code, "refused");
  EXPECT_EQ(refused.effect, said::no);
  const auto full = command(503, R"({"code": "overloaded", "effect": "none", "retry": true})");
  EXPECT_EQ(full.code, "overloaded");
  EXPECT_TRUE(full.may_retry);
  EXPECT_EQ(command(504, R"({"code": "deadline_exceeded", "effect": "unknown"})").effect,
            said::unknown);
}

// Each would be another number if it were converted.
constexpr std::array no_counts{"-1",   "3.5",    "3.0",  "1e3",  "9223372036854775809",
                               "1e30", R"("3")", "null", "true", "[]"};

TEST_F(http_target_test, takes_no_number_for_a_version_that_is_none) {
  for (const std::string wrong : no_counts) {
    const auto answer = command(200, R"({"events": 1, "version": )" + wrong + "}");
    EXPECT_EQ(answer.code, "malformed_answer") << wrong;
    EXPECT_EQ(answer.effect, said::unknown) << "it may be carried out all the same";
    EXPECT_TRUE(answer.may_retry);
    EXPECT_EQ(answer.version, 0U);
    EXPECT_EQ(read(200, R"({"view": {}, "version": )" + wrong + "}").code, "malformed_answer")
        << wrong;
  }
  EXPECT_EQ(command(200, R"({"events": 1})").code, "malformed_answer");
  EXPECT_EQ(command(200, R"({"events": 1, "version": 9223372036854775808})").version,
            std::uint64_t{1} << 63U);
}

TEST_F(http_target_test, takes_no_number_for_a_count_of_events_that_is_none) {
  for (const std::string wrong : no_counts)
    EXPECT_EQ(command(200, R"({"version": 1, "events": )" + wrong + "}").code, "malformed_answer")
        << wrong;
  EXPECT_EQ(command(200, R"({"version": 1, "events": 4294967296})").code, "malformed_answer");
  EXPECT_EQ(command(200, R"({"version": 1})").code, "malformed_answer");
}

TEST_F(http_target_test, takes_what_is_no_answer_for_a_malformed_one) {
  for (const std::string body : {"", "ok", "[]", "3", "{", R"("version")"})
    EXPECT_EQ(command(200, body).code, "malformed_answer") << body;
  EXPECT_EQ(command(422, R"({"effect": 3})").code, "malformed_answer");
  EXPECT_EQ(command(503, R"({"code": "overloaded", "retry": "soon"})").code, "malformed_answer");
  EXPECT_EQ(outcome_of(answers(scripted{"no HTTP at all\r\n\r\n"}), true).code, "malformed_answer");
  const auto closed = outcome_of(answers(scripted{"", scripted::then::close}), true);
  EXPECT_EQ(closed.code, "unreachable");
  EXPECT_EQ(closed.effect, said::unknown);
}

TEST_F(http_target_test, gives_events_and_views_to_the_audit) {
  const auto events = answers(200, R"({"events": [{"version": 3, "command_id": "run-1",
      "type": "bank.account.deposited", "payload": {"minor_units": 5}}]})")
                          .events("7", 1, 10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ(events->front().version, 3U);
  EXPECT_EQ(events->front().command_id, "run-1");
  EXPECT_EQ(events->front().payload["minor_units"], 5);
  const auto view = answers(200, R"({"version": 3, "view": {"balance": 5}})").view("7");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->version, 3U);
  EXPECT_TRUE(answers(404, "{}").events("7", 1, 10)->empty());
  EXPECT_EQ(answers(404, "{}").view("7")->version, 0U);
}

TEST_F(http_target_test, fails_the_audit_at_what_is_no_event_and_no_view) {
  for (const std::string wrong : no_counts) {
    const auto events =
        answers(200, R"({"events": [{"version": )" + wrong + "}]}").events("7", 1, 10);
    ASSERT_FALSE(events) << wrong;
    EXPECT_THAT(events.error().detail, HasSubstr("/v1/bank.account/7/events?from=1&limit=10"));
    EXPECT_THAT(events.error().detail, HasSubstr("an event without a version"));
    EXPECT_FALSE(answers(200, R"({"view": {}, "version": )" + wrong + "}").view("7")) << wrong;
  }
  for (const std::string wrong :
       {R"({"events": 3})", R"({"events": [3]})", R"({"events": {"a": {"version": 1}}})",
        R"({"events": [{"version": 1, "command_id": 3}]})", "[]", R"({"version": 1})"})
    EXPECT_FALSE(answers(200, wrong).events("7", 1, 10)) << wrong;
}

TEST_F(http_target_test, waits_for_no_read_when_reads_are_over) {
  auto& on = answers(scripted{"", scripted::then::hold});
  auto read = std::async(std::launch::async, [&on] { return on.events("7", 1, 10); });
  on.end_reads();
  const auto events = read.get();  // the limit of a request is 30 s
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().detail, "its answer was not waited for");
  EXPECT_FALSE(on.view("7"));
}

}  // namespace
}  // namespace acta::internal::load
