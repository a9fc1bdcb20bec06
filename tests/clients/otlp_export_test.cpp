// Spans on their way to a collector that is not ours: node's HTTP server, and the message types
// that OpenTelemetry generated from its own protocol files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "runtime/telemetry/otlp_exporter.hpp"
#include "tests/clients/otlp_receiver.hpp"
#include "tests/support/spans.hpp"

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;
using nlohmann::json;

TEST(a_collector_of_others, understands_every_part_of_a_span) {
  const otlp_receiver collector;
  trace_options how;
  how.endpoint = collector.url();
  how.headers = {{"X-Tenant", "seven"}};
  how.resource = {{"service.name", "bank"}, {"deployment.environment.name", "test"}};
  how.flush_deadline = 30s;
  const auto exporter = *otlp_exporter::start(how, {});
  exporter->take(whole_span());
  span least;
  least.name = "decide \"\xc3\xa9\" \xff";
  // Every byte of the ids differs, and their hexadecimal text is no valid base64 of itself.
  least.context = {0x0123456789abcdef, 0xfedcba9876543210, 0xff00ff00ff00ff00, true};
  exporter->take(std::move(least));
  exporter->stop(30s);
  EXPECT_EQ(exporter->counts().exported, 2U);

  const auto spans = collector.spans(2);
  const auto requests = collector.requests();
  ASSERT_EQ(requests.size(), 1U);
  const auto& request = requests.front();
  ASSERT_FALSE(request.contains("error")) << request.at("error");
  EXPECT_EQ(request.at("path"), "/v1/traces");
  EXPECT_EQ(request.at("headers").at("content-type"), "application/json");
  EXPECT_EQ(request.at("headers").at("x-tenant"), "seven");
  EXPECT_TRUE(request.at("lossless")) << "OpenTelemetry does not know a field, or its type";
  EXPECT_EQ(request.at("resource"), json::parse(R"([
    {"key": "service.name", "value": {"stringValue": "bank"}},
    {"key": "deployment.environment.name", "value": {"stringValue": "test"}}])"));

  ASSERT_EQ(spans.size(), 2U);
  // From bytes on the wire.
  EXPECT_EQ(spans[0].at("traceId"), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(spans[0].at("spanId"), "00f067aa0ba902b7");
  EXPECT_EQ(spans[0].at("parentSpanId"), "b7ad6b7169203331");
  EXPECT_EQ(spans[0].at("links").at(0).at("traceId"), "000000000000000100000000000000ff");
  EXPECT_EQ(spans[0].at("links").at(0).at("spanId"), "0000000000000010");
  EXPECT_EQ(spans[0].at("startTimeUnixNano"), "1795801285000000123");
  EXPECT_EQ(spans[0].at("endTimeUnixNano"), "1795801285001000456");
  EXPECT_EQ(spans[0].at("kind"), 2);
  EXPECT_EQ(spans[0].at("status"), json::parse(R"({"code": 2, "message": "overloaded"})"));
  EXPECT_EQ(spans[0].at("traceState"), "vendor=1");
  EXPECT_EQ(spans[0].at("attributes").at(1),
            json::parse(R"({"key": "http.response.status_code", "value": {"intValue": "503"}})"));
  EXPECT_EQ(spans[0].at("scope").at("name"), "acta");
  EXPECT_EQ(spans[1].at("traceId"), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(spans[1].at("spanId"), "ff00ff00ff00ff00");
  EXPECT_EQ(spans[1].at("name"), "decide \"\xc3\xa9\" \xef\xbf\xbd");
  EXPECT_FALSE(spans[1].contains("status"));
}

TEST(a_collector_of_others, gets_every_span_of_many_batches_once) {
  const otlp_receiver collector;
  trace_options how;
  how.endpoint = collector.url();
  how.resource = {{"service.name", "bank"}};
  how.batch_spans = 100;
  how.waiting_spans = 10'000;
  how.flush_deadline = 60s;
  constexpr std::size_t many = 5'000;
  {
    const auto exporter = *otlp_exporter::start(how, {});
    for (std::uint64_t i = 1; i <= many; ++i) {
      auto one = whole_span();
      one.context.span = i;
      exporter->take(std::move(one));
    }
    exporter->stop(60s);
    EXPECT_EQ(exporter->counts().exported, many);
  }
  const auto spans = collector.spans(many);
  EXPECT_EQ(spans.size(), many);
  std::set<std::string> ids;
  for (const auto& one : spans) ids.insert(one.at("spanId").get<std::string>());
  EXPECT_EQ(ids.size(), many);
}

}  // namespace

}  // namespace acta::testing
