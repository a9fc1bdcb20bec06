// `serve` with OpenTelemetry's environment variables.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/clients/otlp_receiver.hpp"
#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class serve_with : public ::testing::Test {
protected:
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  temporary_directory directory_;
};

TEST_F(serve_with, a_collector_that_is_gone_serves_as_without) {
  bank_server server{data(),
                     {"/usr/bin/env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1",
                      "OTEL_TRACES_SAMPLER=always_on"}};
  http_client client{server.port()};
  const auto opened = client.ask({"POST", "/v1/bank.account/1/open", R"({"owner":"Ada"})", "key"});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->status / 100, 2) << opened->body;
  EXPECT_THAT(client.get("/metrics")->body, HasSubstr("acta_trace_spans_waiting"));
  EXPECT_EQ(server.stop().code, 0) << server.program().err();
  const auto log = server.program().err();
  const auto lost = log.find("\"event\":\"traces_lost\"");
  EXPECT_NE(lost, std::string::npos) << log;
  EXPECT_LT(lost, log.find("\"event\":\"stopped\"")) << log;
}

/// The spans of one trace, as the collector understood them.
class trace {
public:
  /// Waits for so many spans.
  trace(const otlp_receiver& collector, const std::string& id, std::size_t least) {
    for (const auto& one : collector.spans(least))
      if (one.at("traceId") == id) spans_.push_back(one);
    for (const auto& request : collector.requests())
      EXPECT_TRUE(request.value("lossless", false)) << request;
  }
  [[nodiscard]] std::vector<nlohmann::json> children_of(const std::string& id) const {
    std::vector<nlohmann::json> found;
    for (const auto& one : spans_)
      if (one.value("parentSpanId", "") == id) found.push_back(one);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return time(a, "startTimeUnixNano") < time(b, "startTimeUnixNano");
    });
    return found;
  }
  [[nodiscard]] std::size_t size() const { return spans_.size(); }
  static std::uint64_t time(const nlohmann::json& one, const char* name) {
    return std::stoull(one.at(name).get<std::string>());
  }

private:
  std::vector<nlohmann::json> spans_;
};

/// Fails unless the parts go from the beginning of `whole` to its end, in order, and none begins
/// before the one before it ends: without a hole, exactly then.
void expect_parts(const nlohmann::json& whole, const std::vector<nlohmann::json>& parts,
                  const std::vector<std::string>& names, bool without_a_hole) {
  auto reached = trace::time(whole, "startTimeUnixNano");
  std::vector<std::string> found;
  for (const auto& part : parts) {
    found.push_back(part.at("name").get<std::string>());
    const auto began = trace::time(part, "startTimeUnixNano");
    if (without_a_hole || &part == &parts.front())
      EXPECT_EQ(began, reached) << found.back();
    else
      EXPECT_GE(began, reached) << found.back();
    reached = trace::time(part, "endTimeUnixNano");
  }
  EXPECT_EQ(reached, trace::time(whole, "endTimeUnixNano"));
  EXPECT_EQ(found, names);
}

TEST_F(serve_with, a_collector_shows_one_http_command_as_one_trace) {
  const otlp_receiver collector;
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  const std::string caller = "b7ad6b7169203331";
  {
    bank_server server{data(),
                       {"/usr/bin/env", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" + collector.url()}};
    http_client client{server.port()};
    const auto ask = [&](const std::string& target, const std::string& body,
                         const std::string& traceparent) {
      const auto got = client.ask({"POST", target, body, target, "127.0.0.1", traceparent});
      EXPECT_EQ(got.value_or(http_response{}).status / 100, 2)
          << got.value_or(http_response{}).body;
    };
    ask("/v1/bank.account/1/open", R"({"owner":"Ada"})", "00-" + id + "-" + caller + "-00");
    ask("/v1/bank.account/1/deposit", R"({"minor_units":5})", "00-" + id + "-" + caller + "-01");
    EXPECT_EQ(server.stop().code, 0) << server.program().err();
  }
  const trace shown{collector, id, 9};
  const auto roots = shown.children_of(caller);
  ASSERT_EQ(roots.size(), 1U) << "the first command is not sampled, so it is exported never";
  const auto& root = roots.front();
  EXPECT_EQ(root.at("name"), "POST /v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(root.at("kind"), 2);
  const auto parts = shown.children_of(root.at("spanId").get<std::string>());
  // Between the command's callback and the answer HTTP reads the clock once more.
  expect_parts(root, parts, {"read", "bank.account deposit", "answer"}, false);
  ASSERT_EQ(parts.size(), 3U);
  const auto& command = parts.at(1);
  const auto stages = shown.children_of(command.at("spanId").get<std::string>());
  expect_parts(command, stages, {"wait", "decide", "append", "release"}, true);
  ASSERT_EQ(stages.size(), 4U);
  // The batch that carried it: a link leads to a span that is there.
  const auto batches = shown.children_of(stages.at(2).at("spanId").get<std::string>());
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches.front().at("name"), "append batch");
  EXPECT_EQ(stages.at(2).at("links").at(0).at("spanId"), batches.front().at("spanId"));
  EXPECT_EQ(shown.size(), 9U) << "and nothing else is in its trace";
}

TEST_F(serve_with, a_variable_that_cannot_be_read_does_not_start) {
  for (const auto* variable :
       {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TIMEOUT=soon",
        "OTEL_EXPORTER_OTLP_HEADERS=secret", "OTEL_TRACES_SAMPLER=sometimes",
        "OTEL_TRACES_EXPORTER=zipkin", "OTEL_EXPORTER_OTLP_CERTIFICATE=/none/ca.pem",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://me:secret@collector"}) {
    child_process program{{"/usr/bin/env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1",
                           variable, BANK_PROGRAM, "serve", "--listen", "127.0.0.1:0", "--data",
                           data()}};
    EXPECT_EQ(program.wait().value_or(exit_status{}).code, 1);
    const auto line = program.err();
    const std::string text = variable;
    EXPECT_EQ(line.find("bank: " + text.substr(0, text.find('=')) + ": "), 0U) << line;
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_THAT(line, Not(HasSubstr("secret")));
  }
  EXPECT_FALSE(std::filesystem::exists(data())) << "a journal was made for nothing";
}

}  // namespace

}  // namespace acta::testing
