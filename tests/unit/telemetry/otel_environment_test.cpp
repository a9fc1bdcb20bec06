#include "runtime/telemetry/otel_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using variables = std::map<std::string, std::string>;

const variables endpoint{{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}};

result<trace_options> read(variables all) {
  return tracing_from(
      [&](const char* name) {
        const auto found = all.find(name);
        return found == all.end() ? nullptr : found->second.c_str();
      },
      "bank");
}
/// With an endpoint.
result<trace_options> with(variables all) {
  all.insert(endpoint.begin(), endpoint.end());
  return read(std::move(all));
}
void expect_wrong(const std::string& name, const std::string& value, const std::string& why) {
  const auto got = with({{name, value}});
  ASSERT_FALSE(got) << name << "=" << value;
  EXPECT_EQ(got.error().code, errc::malformed);
  EXPECT_EQ(got.error().field, name);
  EXPECT_EQ(got.error().detail.find(name + ": "), 0U) << got.error().detail;
  EXPECT_THAT(got.error().detail, HasSubstr(why));
  EXPECT_THAT(got.error().detail, Not(HasSubstr("secret")));
  EXPECT_EQ(got.error().detail.find('\n'), std::string::npos);
}

TEST(the_environment, exports_nothing_without_an_endpoint) {
  // Whatever else is set, for other programs perhaps.
  for (const auto& all : {variables{},
                          variables{{"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                                    {"OTEL_TRACES_SAMPLER", "jaeger_remote"}},
                          variables{{"OTEL_EXPORTER_OTLP_ENDPOINT", " "}}}) {
    const auto got = read(all);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->endpoint, "");
  }
}

TEST(the_environment, exports_nothing_when_the_sdk_is_disabled) {
  for (const auto* text : {"true", "TRUE", "True"})
    EXPECT_EQ(
        with({{"OTEL_SDK_DISABLED", text}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}})->endpoint, "");
  for (const auto* text : {"false", "1", "yes", ""})
    EXPECT_NE(with({{"OTEL_SDK_DISABLED", text}})->endpoint, "") << text;
}

TEST(the_environment, exports_nothing_when_the_exporter_is_none) {
  EXPECT_EQ(
      with({{"OTEL_TRACES_EXPORTER", "none"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}})->endpoint,
      "");
  for (const auto* text : {"otlp", ""})
    EXPECT_NE(with({{"OTEL_TRACES_EXPORTER", text}})->endpoint, "") << text;
  expect_wrong("OTEL_TRACES_EXPORTER", "zipkin", "'zipkin' is no exporter known here");
}

TEST(the_environment, names_the_authorities_to_trust) {
  const temporary_directory directory;
  const auto file = (directory.path() / "ca.pem").string();
  const auto made =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=ca "
      "-keyout " +
      file + ".key -out " + file + " 2> " + file + ".log";
  ASSERT_EQ(std::system(made.c_str()), 0);
  EXPECT_EQ(with({{"OTEL_EXPORTER_OTLP_CERTIFICATE", file}})->authorities, file);
  EXPECT_EQ(with({{"OTEL_EXPORTER_OTLP_CERTIFICATE", "/none"},
                  {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", file}})
                ->authorities,
            file);
  expect_wrong("OTEL_EXPORTER_OTLP_CERTIFICATE", file + ".none", "No such file");
  expect_wrong("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", file + ".key",
               "no PEM file of authorities");
}

// Who sets these relies on them.
TEST(the_environment, refuses_what_the_exporter_cannot_do) {
  for (const auto* name :
       {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY"})
    expect_wrong(name, "/secret.pem", "no certificate of its own");
  expect_wrong("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "'gzip' is not done here");
  EXPECT_TRUE(with({{"OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"},
                    {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none"}}));
}

TEST(the_environment, appends_the_path_to_the_general_endpoint_only) {
  const auto of = [](const char* name, const char* url) { return read({{name, url}})->endpoint; };
  EXPECT_EQ(of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"), "http://c:4318/v1/traces");
  EXPECT_EQ(of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/"), "http://c:4318/v1/traces");
  EXPECT_EQ(of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/otlp"), "https://c/otlp/v1/traces");
  EXPECT_EQ(of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4318"), "http://c:4318");
  EXPECT_EQ(of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/x?y"), "http://c/x?y");
}

TEST(the_environment, prefers_what_is_for_traces) {
  const auto got = with({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces/"},
                         {"OTEL_EXPORTER_OTLP_HEADERS", "a=1"},
                         {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2"},
                         {"OTEL_EXPORTER_OTLP_TIMEOUT", "1"},
                         {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2"},
                         {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                         {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"}});
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->endpoint, "http://traces/");
  EXPECT_THAT(got->headers, ElementsAre(Pair("b", "2")));
  EXPECT_EQ(got->timeout, 2ms);
}

TEST(the_environment, decodes_headers) {
  const auto got = with(
      {{"OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20a%2Cb%3D, x-tenant = 7 ,,empty="}});
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_THAT(got->headers, ElementsAre(Pair("Authorization", "Bearer a,b="), Pair("x-tenant", "7"),
                                        Pair("empty", "")));
}

TEST(the_environment, names_the_service) {
  const auto resource = [](const variables& all) { return with(all)->resource; };
  EXPECT_THAT(resource({}), ElementsAre(Pair("service.name", "bank")));
  EXPECT_THAT(resource({{"OTEL_SERVICE_NAME", "till"}}), ElementsAre(Pair("service.name", "till")));
  const std::string attributes = "service.name=shop,deployment.environment.name=a%20b";
  EXPECT_THAT(
      resource({{"OTEL_RESOURCE_ATTRIBUTES", attributes}}),
      ElementsAre(Pair("service.name", "shop"), Pair("deployment.environment.name", "a b")));
  EXPECT_THAT(
      resource({{"OTEL_RESOURCE_ATTRIBUTES", attributes}, {"OTEL_SERVICE_NAME", "till"}}),
      ElementsAre(Pair("deployment.environment.name", "a b"), Pair("service.name", "till")));
}

TEST(the_environment, says_which_traces_are_sampled) {
  struct sampling {
    const char* sampler;
    const char* argument;
    bool follows;
    double ratio;
  };
  for (const auto& one : {sampling{"", "", true, 0.01},
                          {"", "0.5", true, 0.5},
                          {"always_on", "", false, 1},
                          {"always_off", "", false, 0},
                          {"traceidratio", "0.25", false, 0.25},
                          {"traceidratio", "", false, 1},
                          {"parentbased_always_on", "0.5", true, 1},
                          {"parentbased_always_off", "", true, 0},
                          {"parentbased_traceidratio", "0", true, 0},
                          {"parentbased_traceidratio", "1e-3", true, 0.001}}) {
    const auto got =
        with({{"OTEL_TRACES_SAMPLER", one.sampler}, {"OTEL_TRACES_SAMPLER_ARG", one.argument}});
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->follow_parent, one.follows) << one.sampler;
    EXPECT_EQ(got->sample_ratio, one.ratio) << one.sampler;
  }
}

TEST(the_environment, is_refused_in_a_line_that_names_the_variable) {
  expect_wrong("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318", "does not begin with http");
  expect_wrong("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://me:secret@collector", "a header");
  expect_wrong("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "'grpc' is not spoken here, only http/json");
  expect_wrong("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf", "only http/json");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "a=1,secret", "member 2 has no '='");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "a=secret%2", "member 1 has a '%'");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "a=secret%zz", "member 1 has a '%'");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "=secret", "member 1 has no name");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "a=secret%0d%0ax:y", "control character");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "a%20b=secret", "name that HTTP does not take");
  expect_wrong("OTEL_EXPORTER_OTLP_HEADERS", "Content-Length=7", "the exporter's own");
  for (const auto* text : {"0", "-1", "1.5", "10s", "3600001"})
    expect_wrong("OTEL_EXPORTER_OTLP_TIMEOUT", text, "milliseconds");
  expect_wrong("OTEL_RESOURCE_ATTRIBUTES", "service.name", "member 1 has no '='");
  expect_wrong("OTEL_TRACES_SAMPLER", "jaeger_remote", "no sampler known here");
  expect_wrong("OTEL_TRACES_SAMPLER", "parentbased_", "no sampler known here");
  for (const auto* text : {"1.1", "-0.1", "nan", "half"})
    expect_wrong("OTEL_TRACES_SAMPLER_ARG", text, "no number from 0 to 1");
}

TEST(the_environment, has_no_query_in_a_general_endpoint) {
  const auto got = read({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c/?key=secret"}});
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr("cannot have a query"));
  EXPECT_THAT(got.error().detail, Not(HasSubstr("secret")));
}

}  // namespace

}  // namespace acta::testing
