// The exporter before collectors of every kind. What it waits for is an event here: a request that
// arrived, a notice; its own waits are as short as they can be set.
#include "runtime/telemetry/otlp_exporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/support/scripted_server.hpp"
#include "tests/support/spans.hpp"

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using then = scripted::then;

std::vector<nlohmann::json> spans_of(const std::string& request) {
  const auto body = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  return body.at("/resourceSpans/0/scopeSpans/0/spans"_json_pointer);
}

class an_exporter : public ::testing::Test {
protected:
  trace_options to(const std::string& url) {
    trace_options how;
    how.endpoint = url;
    how.headers = {{"Authorization", "Bearer tell-nobody"}};
    how.resource = {{"service.name", "bank"}};
    how.timeout = 30s;
    how.batch_delay = 0ms;
    how.flush_deadline = 30s;
    return how;
  }
  otlp_exporter& start(const trace_options& how) {
    auto made = otlp_exporter::start(how, [this](const notice& told) {
      const std::lock_guard lock{mutex_};
      told_.push_back(std::string{told.event} + ": " + told.reason);
      recovered_ += told.recovered;
      heard_.notify_all();
    });
    exporter_ = *std::move(made);
    return *exporter_;
  }
  std::string told(std::size_t count = 1) {
    std::unique_lock lock{mutex_};
    heard_.wait_for(lock, 30s, [&] { return told_.size() >= count; });
    return told_.size() >= count ? told_[count - 1] : "nothing";
  }
  /// Takes one span, and returns what is counted once its fate is known.
  otlp_counts fate_of_one(const scripted& answered, std::chrono::milliseconds limit = 30s) {
    scripted_server collector{{answered}};
    auto how = to(collector.url("/v1/traces"));
    how.timeout = limit;
    auto& one = start(how);
    one.take(whole_span());
    line_ = told();
    one.stop(0ms);
    const auto counts = one.counts();
    exporter_.reset();
    return counts;
  }

  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<std::string> told_;
  int recovered_ = 0;
  std::string line_;
  std::unique_ptr<otlp_exporter> exporter_;
};

TEST_F(an_exporter, posts_spans_as_json_with_its_headers) {
  scripted_server collector{{answer(200, "{}")}};
  auto& one = start(to(collector.url("/v1/traces")));
  one.take(whole_span());
  const auto request = collector.requests(1).at(0);
  EXPECT_EQ(request.find("POST /v1/traces HTTP/1.1\r\n"), 0U) << request;
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer tell-nobody\r\n"));
  EXPECT_EQ(spans_of(request).at(0).at("traceId"), "0af7651916cd43dd8448eb211c80319c");
  one.stop(30s);
  EXPECT_EQ(one.counts().exported, 1U);
  EXPECT_EQ(one.counts().waiting, 0U);
}

TEST_F(an_exporter, names_a_service_that_has_no_name) {
  scripted_server collector{{answer(200)}};
  auto how = to(collector.url());
  how.resource = {};
  auto& one = start(how);
  one.take(whole_span());
  EXPECT_THAT(collector.requests(1).at(0),
              HasSubstr(R"("service.name","value":{"stringValue":"unknown_service"})"));
  one.stop(30s);
}

TEST_F(an_exporter, sends_full_batches_without_waiting_for_more) {
  scripted_server collector{{answer(200)}};
  auto how = to(collector.url());
  how.batch_delay = 1h;
  how.batch_spans = 3;
  auto& one = start(how);
  for (int i = 0; i < 3; ++i) one.take(whole_span());
  EXPECT_EQ(spans_of(collector.requests(1).at(0)).size(), 3U);
  one.stop(30s);
}

TEST_F(an_exporter, sends_what_is_left_at_its_end) {
  scripted_server collector{{answer(200)}};
  auto how = to(collector.url());
  how.batch_delay = 1h;
  how.batch_spans = 4;
  auto& one = start(how);
  for (int i = 0; i < 10; ++i) one.take(whole_span());
  one.stop(30s);
  EXPECT_EQ(one.counts().exported, 10U);
  EXPECT_EQ(one.counts().waiting, 0U);
  one.take(whole_span());
  EXPECT_EQ(one.counts().dropped_at_end, 1U);
}

TEST_F(an_exporter, drops_new_spans_while_the_collector_holds_it_up_and_counts_them) {
  scripted_server collector{{{"", then::hold}}};
  auto how = to(collector.url());
  how.batch_spans = 1;
  how.waiting_spans = 5;
  auto& one = start(how);
  one.take(whole_span());
  ASSERT_EQ(collector.requests(1).size(), 1U);
  for (int i = 0; i < 100; ++i) one.take(whole_span());
  EXPECT_EQ(one.counts().dropped_for_room, 95U);
  EXPECT_EQ(one.counts().waiting, 6U) << "one is under way";
  const auto began = std::chrono::steady_clock::now();
  one.stop(10ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s) << "its request may take 30 s";
  const auto all = one.counts();
  EXPECT_EQ(all.waiting, 0U);
  EXPECT_EQ(all.dropped_at_end, 6U);
  EXPECT_EQ(all.exported + all.dropped_for_room + all.dropped_at_end, 101U);
}

TEST_F(an_exporter, sends_again_when_the_collector_asks_to) {
  scripted_server collector{
      {answer(503, "", "Retry-After: 0\r\n"), answer(429, "", "Retry-After: 0\r\n"), answer(200)}};
  auto& one = start(to(collector.url()));
  one.take(whole_span());
  const auto requests = collector.requests(3);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0], requests[1]);
  EXPECT_EQ(requests[0], requests[2]);
  EXPECT_THAT(told(1), HasSubstr("answered 503; 1 span will be sent again"));
  EXPECT_THAT(told(2), HasSubstr("traces_exported_again: http://127.0.0.1:"));
  EXPECT_EQ(recovered_, 1);
  one.stop(30s);
  EXPECT_EQ(one.counts().exported, 1U);
  EXPECT_EQ(one.counts().failed_attempts, 2U);
}

TEST_F(an_exporter, counts_what_the_collector_rejects) {
  const auto all = fate_of_one(answer(
      200, R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"not with tell-nobody"}})"));
  EXPECT_EQ(all.dropped_rejected, 1U);
  EXPECT_EQ(all.exported, 0U);
  EXPECT_THAT(line_, HasSubstr("rejected 1 spans: not with ***"));
}

TEST_F(an_exporter, drops_what_is_refused_and_says_so_in_a_line_without_secrets) {
  struct refusal {
    scripted answered;
    const char* line;
  };
  for (const auto& one :
       {refusal{answer(400, "tell-nobody"), "answered 400; 1 span dropped"},
        {answer(401, "Bearer tell-nobody"), "answered 401; 1 span dropped"},
        {answer(500), "answered 500; 1 span dropped"},
        {answer(307, "", "Location: http://elsewhere/\r\n"), "answered 307; 1 span dropped"},
        {answer(200, "<html>"), "with a body that is no OTLP/JSON; 1 span dropped"},
        {{"220 tell-nobody ESMTP\r\n", then::close}, "sent no HTTP"}}) {
    told_.clear();
    const auto all = fate_of_one(one.answered);
    EXPECT_EQ(all.dropped_refused, 1U) << line_;
    EXPECT_EQ(all.failed_attempts, 1U);
    EXPECT_EQ(line_.find("traces_not_exported: http://127.0.0.1:"), 0U) << line_;
    EXPECT_THAT(line_, HasSubstr(one.line));
    EXPECT_THAT(line_, Not(HasSubstr("tell-nobody")));
    EXPECT_EQ(line_.find('\n'), std::string::npos);
  }
}

TEST_F(an_exporter, keeps_for_later_what_nobody_answered) {
  for (const auto& one : {scripted{"", then::close}, scripted{"", then::hold},
                          scripted{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", then::hold},
                          answer(429), answer(502), answer(504)}) {
    told_.clear();
    const auto all = fate_of_one(one, 50ms);
    EXPECT_EQ(all.failed_attempts, 1U);
    EXPECT_EQ(all.dropped_at_end, 1U) << "its process ended before it could be sent again";
    EXPECT_THAT(line_, HasSubstr("; 1 span will be sent again"));
  }
}

TEST_F(an_exporter, says_once_that_its_collector_fails) {
  scripted_server collector{{answer(400)}};
  auto how = to(collector.url());
  how.batch_spans = 1;
  auto& one = start(how);
  for (int i = 0; i < 5; ++i) one.take(whole_span());
  ASSERT_EQ(collector.requests(5).size(), 5U);
  one.stop(30s);
  EXPECT_EQ(one.counts().dropped_refused, 5U);
  const std::lock_guard lock{mutex_};
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(an_exporter, says_at_its_end_how_many_spans_were_lost) {
  scripted_server collector{{{"", then::hold}}};
  auto how = to(collector.url("/v1/traces"));
  how.batch_spans = 1;
  auto& one = start(how);
  for (int i = 0; i < 3; ++i) one.take(whole_span());
  ASSERT_EQ(collector.requests(1).size(), 1U);
  one.stop(10ms);
  exporter_.reset();
  ASSERT_FALSE(told_.empty());
  EXPECT_EQ(told_.back(), "traces_lost: http://127.0.0.1:" + std::to_string(collector.port()) +
                              " did not take 3 spans before the end");
  told_.pop_back();
  for (const auto& line : told_) {
    EXPECT_EQ(line.find("traces_not_exported: "), 0U) << line;
    EXPECT_THAT(line, Not(HasSubstr("again"))) << "nothing is sent any more";
  }
}

TEST_F(an_exporter, ends_at_once_without_spans) {
  auto how = to("http://127.0.0.1:1/");
  how.batch_delay = 1h;
  start(how).stop(30s);
  EXPECT_EQ(exporter_->counts().failed_attempts, 0U);
  EXPECT_TRUE(told_.empty());
}

TEST_F(an_exporter, takes_slow_and_failed_requests_up_to_a_limit) {
  auto how = to("http://127.0.0.1:1/");
  how.slower_than = 1s;
  how.unsampled_per_second = 1;
  auto& one = start(how);
  EXPECT_FALSE(one.takes_unsampled(false, 999ms));
  int taken = 0;
  // Three calls are within two seconds of the clock at most.
  for (int i = 0; i < 3; ++i) taken += one.takes_unsampled(i == 0, 1s);
  EXPECT_GE(taken, 1);
  EXPECT_EQ(one.counts().limited_requests, 3U - static_cast<unsigned>(taken));
}

TEST_F(an_exporter, that_samples_never_takes_no_slow_request_either) {
  auto how = to("http://127.0.0.1:1/");
  how.sample_ratio = 0;
  how.follow_parent = false;
  EXPECT_FALSE(start(how).takes_unsampled(true, 1h));
}

TEST(an_exporter_is_not_started, for_what_is_no_endpoint_header_or_authority) {
  trace_options how;
  how.endpoint = "collector:4318";
  auto started = otlp_exporter::start(how, {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().field, "traces.endpoint");
  how.endpoint = "http://collector:4318";
  how.headers = {{"Authorization", "secret\r\nx: y"}};
  started = otlp_exporter::start(how, {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().field, "traces.headers");
  EXPECT_THAT(started.error().detail, Not(HasSubstr("secret")));
  how.headers = {};
  how.authorities = "/none/ca.pem";
  started = otlp_exporter::start(how, {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().field, "traces.authorities");
}

}  // namespace

}  // namespace acta::testing
