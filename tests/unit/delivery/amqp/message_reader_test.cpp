#include "runtime/delivery/amqp/message_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/model/describe.hpp"
#include "tests/support/counter.hpp"

namespace acta::internal {
namespace {

using testing::counter;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class message_reader : public ::testing::Test {
protected:
  [[nodiscard]] result<message_target> read() const {
    return target_of(message, [this](std::string_view name) -> const aggregate_type* {
      if (name == "test.counter") return &type;
      return name == "test.gone" ? &gone : nullptr;
    });
  }
  void expect_refused(errc code, const std::string& field, const std::string& detail) const {
    const auto target = read();
    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().code, code);
    EXPECT_EQ(target.error().field, field);
    EXPECT_THAT(target.error().detail, HasSubstr(detail));
  }

  const aggregate_type type = describe<counter>();
  const aggregate_type gone = retired_aggregate("test.gone");
  const timestamp now{1'800'000'000s};
  amqp_message message{
      .tag = 1,
      .headers = {{"acta-aggregate", "test.counter"}, {"acta-id", "c-1"}, {"acta-command", "add"}},
      .message_id = "m-1",
      .body_bytes = 13,
      .body = R"({"amount": 3})"};
};

TEST_F(message_reader, finds_aggregate_id_and_command_in_the_headers) {
  const auto target = read();
  ASSERT_TRUE(target) << target.error().detail;
  EXPECT_EQ(target->type, &type);
  EXPECT_EQ(target->id, "c-1");
  EXPECT_EQ(type.commands[target->command].name, "add");
  EXPECT_TRUE(command_of(message, *target, nullptr));
}

TEST_F(message_reader, refuses_a_header_that_is_missing_or_no_text) {
  for (const auto* name : {"acta-aggregate", "acta-id", "acta-command"}) {
    const auto whole = message;
    message.headers.erase(name);
    expect_refused(errc::malformed, name, "no such header");
    message.headers[name] = std::nullopt;
    expect_refused(errc::malformed, name, "must be a text");
    message = whole;
  }
}

TEST_F(message_reader, refuses_what_is_not_hosted_and_says_what) {
  message.headers["acta-command"] = "subtract";
  expect_refused(errc::unknown_command, "", "no command 'subtract'");
  message.headers["acta-aggregate"] = "test.gone";
  expect_refused(errc::retired, "", "retired");
  message.headers["acta-aggregate"] = "test.other";
  expect_refused(errc::unknown_aggregate, "", "'test.other'");
}

TEST_F(message_reader, refuses_an_id_that_nothing_can_have) {
  for (const auto& id :
       {std::string{}, std::string(257, 'x'), std::string{"a\nb"}, std::string{"\xff"}}) {
    message.headers["acta-id"] = id;
    expect_refused(errc::malformed, "acta-id", "1 to 256 bytes");
  }
}

TEST_F(message_reader, refuses_a_message_that_could_not_be_recognised_again) {
  message.message_id = "";
  expect_refused(errc::malformed, "message_id", "could not be recognised");
  message.message_id = std::string(1'024, 'm');
  expect_refused(errc::malformed, "message_id", "255 bytes");
  message.message_id = "\xff";
  expect_refused(errc::malformed, "message_id", "UTF-8");
}

TEST_F(message_reader, refuses_what_could_not_be_kept_with_the_events) {
  message.correlation_id = "\xc3";
  expect_refused(errc::malformed, "correlation_id", "UTF-8");
}

TEST_F(message_reader, judges_the_size_by_the_content_header) {
  message.body_bytes = most_body_bytes;
  EXPECT_TRUE(read());
  message.body_bytes = most_body_bytes + 1;
  expect_refused(errc::malformed, "body", "1048577 bytes");
}

TEST_F(message_reader, undoes_no_coding) {
  for (const auto* coding : {"", "UTF-8", "utf8", "identity"}) {
    message.content_encoding = coding;
    EXPECT_TRUE(read()) << coding;
  }
  message.content_encoding = "gzip";
  expect_refused(errc::malformed, "content_encoding", "without a coding");
}

TEST_F(message_reader, names_the_place_in_a_body_that_does_not_fit) {
  const auto target = read();
  ASSERT_TRUE(target);
  for (const auto& [body, field] : {std::pair{"{", "body"},
                                    {"[]", "body"},
                                    {R"({"amount": "3"})", "amount"},
                                    {R"({"amount": 3, "extra": 1})", "extra"}}) {
    message.body = body;
    const auto command = command_of(message, *target, nullptr);
    ASSERT_FALSE(command) << body;
    EXPECT_EQ(command.error().code, errc::malformed);
    EXPECT_EQ(command.error().field, field) << body;
  }
}

TEST_F(message_reader, names_the_part_of_the_message_where_the_engine_names_that_of_the_call) {
  const auto named = [](const std::string& field, errc code = errc::malformed) {
    return about_message({code, "control characters", {}, field}).field;
  };
  EXPECT_EQ(named("command_id"), "message_id");
  EXPECT_EQ(named("principal"), "user_id");
  EXPECT_EQ(named("id"), "acta-id");
  EXPECT_EQ(named("correlation_id"), "correlation_id");
  EXPECT_EQ(named("id", errc::refused), "id") << "the domain's own";
}

TEST_F(message_reader, passes_on_who_asked_and_for_what) {
  message.user_id = "till-7";
  message.correlation_id = "order-1";
  message.headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  message.headers["tracestate"] = "a=b";
  const auto how = options_of(message, now);
  EXPECT_EQ(how.command_id, "m-1");
  EXPECT_EQ(how.principal, "amqp:till-7");
  EXPECT_EQ(how.correlation_id, "order-1");
  EXPECT_EQ(how.trace_context, *message.headers["traceparent"]);
  EXPECT_EQ(how.trace_state, "a=b");
}

TEST_F(message_reader, says_that_nobody_was_verified_where_nobody_was) {
  EXPECT_EQ(options_of(message, now).principal, "amqp:");
}

TEST_F(message_reader, has_a_trace_that_is_no_text_dropped_and_counted_by_the_node) {
  message.headers["traceparent"] = std::nullopt;
  EXPECT_EQ(options_of(message, now).trace_context, "no text");
}

TEST_F(message_reader, looks_for_a_redelivered_message_back_to_its_timestamp) {
  message.timestamp_s = 1'799'999'000;
  EXPECT_EQ(options_of(message, now).repeats_since, std::nullopt);
  message.redelivered = true;
  EXPECT_EQ(options_of(message, now).repeats_since, timestamp{1'799'999'000s} - 5min);
}

TEST_F(message_reader, looks_through_the_whole_history_where_the_timestamp_says_nothing) {
  message.redelivered = true;
  EXPECT_EQ(options_of(message, now).repeats_since, whole_history);
  // Ahead of us, in milliseconds, or none that a clock could hold.
  for (const auto given : {1'800'000'001ul, 1'799'999'000'000ul, ~0ul}) {
    message.timestamp_s = given;
    EXPECT_EQ(options_of(message, now).repeats_since, whole_history) << given;
  }
}

}  // namespace
}  // namespace acta::internal
