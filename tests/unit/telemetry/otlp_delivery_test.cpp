// Retries in virtual time.
#include "runtime/telemetry/otlp_delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class a_delivery : public ::testing::Test {
protected:
  a_delivery() { delivery_.begin(now_); }

  otlp_delivery::verdict judge(const result<http_response>& answer) {
    return delivery_.judge(answer, now_, wall_);
  }
  otlp_delivery::verdict judge(int status, std::string body = {}, http_headers headers = {}) {
    return judge(http_response{status, std::move(headers), std::move(body)});
  }
  otlp_delivery::verdict nobody() {
    return judge(error{errc::unavailable, "http://collector:4318 cannot be connected to"});
  }
  /// How long it waits now.
  [[nodiscard]] std::chrono::milliseconds wait() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(delivery_.not_before() - now_);
  }

  otlp_delivery::steady now_{1'000s};
  // "Sun, 06 Nov 1994 08:49:37 GMT"
  otlp_delivery::wall wall_{784'111'777s};
  otlp_delivery delivery_{{}, 7};
};

TEST_F(a_delivery, has_arrived_with_any_status_of_success) {
  for (const auto* body : {"", "{}", "{\"partialSuccess\":{}}", " \n"}) {
    const auto got = judge(200, body);
    EXPECT_FALSE(got.failed || got.again) << body;
    EXPECT_EQ(got.lost, lost_spans::none);
    EXPECT_EQ(got.rejected, 0U);
  }
  EXPECT_FALSE(judge(202).failed);
}

TEST_F(a_delivery, counts_what_the_collector_rejected) {
  for (const auto* body : {R"({"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}})",
                           R"({"partialSuccess":{"rejectedSpans":7,"errorMessage":"too old"}})"}) {
    const auto got = judge(200, body);
    EXPECT_FALSE(got.failed || got.again);
    EXPECT_EQ(got.rejected, 7U) << body;
    EXPECT_THAT(got.why, HasSubstr("rejected 7 spans: too old"));
  }
}

TEST_F(a_delivery, is_refused_for_good_with_all_that_would_be_answered_the_same) {
  for (const int status : {301, 400, 401, 403, 404, 413, 500, 501, 505}) {
    const auto got = judge(status, "secret");
    EXPECT_TRUE(got.failed);
    EXPECT_FALSE(got.again) << status;
    EXPECT_EQ(got.lost, lost_spans::refused);
    EXPECT_EQ(got.why, "answered " + std::to_string(status));
  }
}

TEST_F(a_delivery, is_refused_by_what_is_no_collector) {
  for (const auto* body : {"<html>Welcome</html>", "[]", "{", "12"}) {
    const auto got = judge(200, body);
    EXPECT_EQ(got.lost, lost_spans::refused) << body;
    EXPECT_THAT(got.why, HasSubstr("no OTLP/JSON"));
  }
  const auto got = judge(error{errc::malformed, "http://collector:4318 sent no HTTP"});
  EXPECT_EQ(got.lost, lost_spans::refused);
  EXPECT_EQ(got.why, "http://collector:4318 sent no HTTP");
}

TEST_F(a_delivery, is_tried_again_with_back_off) {
  auto longest = 1'000ms;
  for (const int status : {429, 502, 503, 504, 503}) {
    const auto got = judge(status);
    EXPECT_TRUE(got.failed);
    EXPECT_TRUE(got.again) << status;
    EXPECT_GE(wait(), longest / 2);
    EXPECT_LE(wait(), longest);
    longest *= 2;
    now_ = delivery_.not_before();
  }
  EXPECT_TRUE(nobody().again);
  EXPECT_GE(wait(), 15s) << "30 s are the most, and half of it the least";
  EXPECT_LE(wait(), 30s);
}

TEST_F(a_delivery, spreads_the_attempts_of_several_nodes) {
  otlp_delivery other{{}, 8};
  other.begin(now_);
  (void)nobody();
  (void)other.judge(error{errc::unavailable, ""}, now_, wall_);
  EXPECT_NE(other.not_before(), delivery_.not_before());
}

TEST_F(a_delivery, waits_for_as_long_as_the_collector_says) {
  EXPECT_TRUE(judge(429, "", {{"Retry-After", "17"}}).again);
  EXPECT_EQ(wait(), 17s);
  now_ = delivery_.not_before();
  EXPECT_TRUE(judge(503, "", {{"retry-after", "Sun, 06 Nov 1994 08:49:57 GMT"}}).again);
  EXPECT_EQ(wait(), 20s);
  now_ = delivery_.not_before();
  EXPECT_TRUE(judge(503, "", {{"Retry-After", "soon"}}).again);
  EXPECT_GT(wait(), 0s) << "what is no time counts as none";
}

TEST_F(a_delivery, backs_off_though_the_collector_says_at_once) {
  for (const auto* at_once : {"0", "Sun, 06 Nov 1994 08:49:00 GMT", "0"}) {
    const auto before = wait();
    EXPECT_TRUE(judge(503, "", {{"Retry-After", at_once}}).again);
    EXPECT_GE(wait(), 500ms);
    EXPECT_GT(wait(), before);
  }
}

TEST_F(a_delivery, is_not_stopped_for_hours_by_one_answer) {
  EXPECT_FALSE(judge(429, "", {{"Retry-After", "30000"}}).again);
  EXPECT_EQ(wait(), 10min);
}

TEST_F(a_delivery, gives_up_a_batch_that_would_have_to_wait_too_long_and_still_waits) {
  const auto got = judge(429, "", {{"Retry-After", "300"}});
  EXPECT_FALSE(got.again);
  EXPECT_EQ(got.lost, lost_spans::unreachable);
  EXPECT_EQ(wait(), 300s) << "the next batch is not sent before that either";
  delivery_.begin(now_);
  now_ = delivery_.not_before();
  EXPECT_TRUE(judge(503).again) << "its time begins when it may be sent";
}

TEST_F(a_delivery, gives_up_after_a_minute) {
  const auto began = now_;
  for (;;) {
    const auto got = nobody();
    if (!got.again) {
      EXPECT_EQ(got.lost, lost_spans::unreachable);
      break;
    }
    now_ = delivery_.not_before();
    ASSERT_LE(now_ - began, 60s);
  }
  EXPECT_GT(delivery_.not_before() - began, 60s);
}

TEST_F(a_delivery, goes_on_with_long_waits_while_the_collector_is_gone) {
  while (nobody().again) now_ = delivery_.not_before();
  now_ = delivery_.not_before();
  delivery_.begin(now_);
  EXPECT_TRUE(nobody().again);
  EXPECT_GE(wait(), 15s);
  now_ = delivery_.not_before();
  EXPECT_FALSE(judge(200).failed);
  EXPECT_TRUE(nobody().again);
  EXPECT_LE(wait(), 1s) << "a success ends the back-off";
}

}  // namespace

}  // namespace acta::testing
