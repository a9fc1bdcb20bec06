// `serve` with OpenTelemetry's environment variables.
#include <gmock/gmock.h>

#include <algorithm>

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
}

TEST_F(serve_with, a_variable_that_cannot_be_read_does_not_start) {
  for (const auto* variable :
       {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TIMEOUT=soon",
        "OTEL_EXPORTER_OTLP_HEADERS=secret", "OTEL_TRACES_SAMPLER=sometimes",
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
