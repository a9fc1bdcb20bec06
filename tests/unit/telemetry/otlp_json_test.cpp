// The encoding, read by another JSON library than wrote it: nlohmann's, against the text of the
// OTLP specification.
#include "runtime/telemetry/otlp_json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/spans.hpp"

namespace acta::testing {

namespace {

using namespace internal;
using nlohmann::json;

json encoded(const std::vector<span>& spans) {
  return json::parse(otlp_traces({{"service.name", "bank"}}, spans));
}
json only_span(const span& one) {
  return encoded({one}).at("/resourceSpans/0/scopeSpans/0/spans/0"_json_pointer);
}
json value_of(decltype(span_attribute::value) value) {
  auto one = whole_span();
  one.attributes = {{"it", std::move(value)}};
  return only_span(one).at("/attributes/0/value"_json_pointer);
}

TEST(otlp_json, has_the_resource_and_the_scope) {
  const auto all = encoded({whole_span()});
  EXPECT_EQ(all.at("/resourceSpans/0/resource/attributes"_json_pointer),
            json::parse(R"([{"key":"service.name","value":{"stringValue":"bank"}}])"));
  EXPECT_EQ(all.at("/resourceSpans/0/scopeSpans/0/scope"_json_pointer),
            json::parse(R"({"name":"acta","version":"0.1.0"})"));
  EXPECT_EQ(all.size(), 1U);
}

TEST(otlp_json, has_all_of_a_span) {
  EXPECT_EQ(only_span(whole_span()), json::parse(R"({
    "traceId": "0af7651916cd43dd8448eb211c80319c",
    "spanId": "00f067aa0ba902b7",
    "parentSpanId": "b7ad6b7169203331",
    "traceState": "vendor=1",
    "flags": 1,
    "name": "POST /accounts/{id}",
    "kind": 2,
    "startTimeUnixNano": "1795801285000000123",
    "endTimeUnixNano": "1795801285001000456",
    "attributes": [
      {"key": "http.request.method", "value": {"stringValue": "POST"}},
      {"key": "http.response.status_code", "value": {"intValue": "503"}},
      {"key": "acta.decide.seconds", "value": {"doubleValue": 0.25}},
      {"key": "acta.repeated", "value": {"boolValue": false}}],
    "links": [{"traceId": "000000000000000100000000000000ff", "spanId": "0000000000000010",
               "flags": 0}],
    "status": {"code": 2, "message": "overloaded"}})"));
}

TEST(otlp_json, leaves_out_what_a_span_has_not) {
  span one;
  one.name = "decide";
  one.context = {1, 2, 3, false};
  EXPECT_EQ(only_span(one), json::parse(R"({
    "traceId": "00000000000000010000000000000002", "spanId": "0000000000000003", "flags": 0,
    "name": "decide", "kind": 1, "startTimeUnixNano": "0", "endTimeUnixNano": "0"})"));
}

TEST(otlp_json, writes_64_bit_integers_as_text) {
  EXPECT_EQ(value_of(std::numeric_limits<std::int64_t>::min()),
            json::parse(R"({"intValue":"-9223372036854775808"})"));
  EXPECT_EQ(value_of(std::numeric_limits<std::int64_t>::max()),
            json::parse(R"({"intValue":"9223372036854775807"})"));
}

TEST(otlp_json, writes_doubles_exactly_and_names_those_that_json_has_not) {
  for (const auto number : {0.1, -1e300, 5e-324, 1e21, 3.0})
    EXPECT_EQ(value_of(number).at("doubleValue").get<double>(), number);
  EXPECT_EQ(value_of(std::numeric_limits<double>::quiet_NaN()).at("doubleValue"), "NaN");
  EXPECT_EQ(value_of(std::numeric_limits<double>::infinity()).at("doubleValue"), "Infinity");
  EXPECT_EQ(value_of(-std::numeric_limits<double>::infinity()).at("doubleValue"), "-Infinity");
}

TEST(otlp_json, escapes_text_and_replaces_what_is_not_utf_8) {
  const std::string hostile = std::string{"\"\\/\n\x01\0x", 7} + "\xc3\xa9\xf0\x9f\x98\x80\x7f";
  EXPECT_EQ(value_of(hostile).at("stringValue"), hostile);
  EXPECT_EQ(value_of(std::string{"a\xff z"}).at("stringValue"), "a\xef\xbf\xbd z");
}

TEST(otlp_json, keeps_the_order_of_many_spans) {
  std::vector<span> many(100, whole_span());
  for (std::size_t i = 0; i < many.size(); ++i) many[i].name = std::to_string(i);
  const auto spans = encoded(many).at("/resourceSpans/0/scopeSpans/0/spans"_json_pointer);
  ASSERT_EQ(spans.size(), many.size());
  for (std::size_t i = 0; i < many.size(); ++i) EXPECT_EQ(spans[i].at("name"), many[i].name);
}

TEST(a_span_weighs, what_its_texts_take) {
  auto one = whole_span();
  const auto before = weight_of(one);
  one.failure += std::string(1000, 'x');
  one.attributes.push_back({"text", std::string(500, 'x')});
  EXPECT_GE(weight_of(one), before + 1500);
}

}  // namespace

}  // namespace acta::testing
