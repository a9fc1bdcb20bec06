// For whom a request is, and from whose page.
#include "runtime/delivery/site.hpp"

#include "tests/support/service.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::body_of;
using testing::expect_problem;
using ::testing::HasSubstr;
using testing::headers;
using testing::service;

http_call for_host(const std::string& host, const std::string& target = "/v1") {
  return {"GET", target, {{"host", host}}, {}};
}

TEST(host, is_found_in_an_authority) {
  EXPECT_EQ(host_in("Bank.Example"), "bank.example");
  EXPECT_EQ(host_in("bank.example.:8080"), "bank.example");
  EXPECT_EQ(host_in("127.0.0.1:80"), "127.0.0.1");
  EXPECT_EQ(host_in("[::A]:80"), "[::a]");
  EXPECT_EQ(host_in("bank:"), "bank");
  for (const auto* none :
       {"", ".", ":80", "a b", "a@b", "::1", "[::1", "a:b", "a:65536", "[::1%1]"})
    EXPECT_EQ(host_in(none), std::nullopt) << none;
}

TEST(site, takes_addresses_and_localhost_whatever_its_names) {
  for (const auto& here : {site{}, site{"127.0.0.1", {"bank.example"}}, site{"0.0.0.0", {"b"}}})
    for (const auto* host :
         {"127.0.0.1", "127.0.0.1:8080", "10.0.0.7", "[::1]", "[::1]:8080", "[2001:db8::7]",
          "localhost", "localhost:1", "LOCALHOST", "localhost.", "127.0.0.1."})
      EXPECT_TRUE(here.takes(for_host(host)).ok()) << host;
}

TEST(site, takes_its_own_names_and_no_others) {
  const site here{"127.0.0.1", {"Bank.Example", "other.example.:443"}};
  for (const auto* host : {"bank.example", "BANK.example:8080", "bank.example.", "other.example"})
    EXPECT_TRUE(here.takes(for_host(host)).ok()) << host;
  for (const auto* host :
       {"evil.example", "bank.example.evil.example", "xbank.example", "example", "localhost.evil",
        "127.0.0.1.evil.example", "127.1", "0x7f000001", "2130706433", "localhost..", "bank"})
    EXPECT_FALSE(here.takes(for_host(host)).ok()) << host;
}

TEST(site, recommends_only_names_that_the_option_takes) {
  const site here{"127.0.0.1", {}};
  const auto advice = [&](const std::string& host) {
    http_call call;
    call.target = "/v1";
    call.headers = {{"host", host}};
    return here.takes(call).error().detail;
  };
  EXPECT_THAT(advice("Bank.example:80"), ::testing::HasSubstr("--host bank.example if"));
  for (const auto* none : {"a%20b", "127.1", "256.1.1.1", "a,b", "-a", "a..b"})
    EXPECT_THAT(advice(none), ::testing::HasSubstr("--host NAME if")) << none;
}

TEST(site, judges_the_target_where_it_names_the_host) {
  EXPECT_FALSE(site{}.takes(for_host("127.0.0.1", "http://evil.example/v1")).ok());
  EXPECT_TRUE(site{}.takes(for_host("evil.example", "http://127.0.0.1:80/v1")).ok());
  EXPECT_FALSE(site{}.takes(for_host("127.0.0.1", "HTTP://evil.example/v1")).ok());
  EXPECT_TRUE(site{}.takes(for_host("evil.example", "Http://127.0.0.1:80/v1")).ok());
}

TEST(site, takes_every_name_only_beyond_loopback_and_without_names) {
  for (const auto* beyond : {"0.0.0.0", "::", "192.168.1.5", "2001:db8::7", "::ffff:10.0.0.1"}) {
    const site open{beyond, {}};
    EXPECT_TRUE(open.takes_all()) << beyond;
    EXPECT_TRUE(open.takes(for_host("anything")).ok());
    EXPECT_FALSE((site{beyond, {"bank.example"}}.takes(for_host("anything")).ok())) << beyond;
  }
  for (const auto* loopback : {"127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"}) {
    const site closed{loopback, {}};
    EXPECT_FALSE(closed.takes_all()) << loopback;
    EXPECT_FALSE(closed.takes(for_host("anything")).ok()) << loopback;
  }
}

const std::string add = "/v1/test.counter/c/add";
const std::string five = R"({"amount": 5})";

TEST(api, takes_neither_commands_nor_reads_under_a_name_that_was_made_to_lead_here) {
  service at;
  const headers rebound{{"host", "evil.example:8080"}, {"origin", "http://evil.example:8080"}};
  const auto refused = at.post(add, five, rebound);
  expect_problem(refused, 421, "misdirected");
  EXPECT_THAT(body_of(refused).value("detail", ""), HasSubstr("--host evil.example"));
  EXPECT_EQ(body_of(refused).at("retry"), false);
  for (const auto* read : {"/v1", "/v1/test.counter/c", "/v1/test.counter/c/events", "/metrics",
                           "/parked", "/dead-letters", "/nowhere"})
    expect_problem(at.call("GET", read, {}, rebound), 421, "misdirected");
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
  for (const auto* watched : {"/healthz", "/readyz"})
    EXPECT_EQ(at.call("GET", watched, {}, rebound).status, 200) << watched;
}

TEST(api, takes_the_pages_of_its_own_names_behind_a_proxy_that_rewrites_host) {
  const site here{"127.0.0.1", {"bank.example"}};
  service at{in_memory(), here};
  const auto from = [&](const std::string& origin) {
    return at.post(add, five, {{"host", "127.0.0.1:8080"}, {"origin", origin}});
  };
  for (const auto* own :
       {"https://bank.example", "http://bank.example", "https://bank.example:8443",
        "https://BANK.example", "http://127.0.0.1:8080"})
    EXPECT_EQ(from(own).status, 200) << own;
  for (const auto* foreign :
       {"https://evil.example", "null", "https://bank.example.evil.example", "ftp://bank.example",
        "bank.example", "https://", "https://bank.example, https://evil.example",
        "https://evil.example, https://bank.example", "https://user@bank.example",
        "https://bank.example/", "chrome-extension://bank.example", "http://localhost:8080"})
    expect_problem(from(foreign), 403, "foreign_origin");
  // As without a proxy, and as through one that hands Host on.
  for (const auto* host : {"bank.example", "BANK.example"})
    EXPECT_EQ(at.post(add, five, {{"host", host}, {"origin", "https://bank.example"}}).status, 200);
}

TEST(api, takes_no_body_that_is_coded) {
  service at;
  for (const auto* coding : {"gzip", "GZIP", "br", "identity, gzip", "x"}) {
    const auto refused = at.post(add, five, {{"content-encoding", coding}});
    expect_problem(refused, 415, "unknown_coding");
    EXPECT_THAT(refused.headers,
                ::testing::Contains(::testing::Pair("Accept-Encoding", "identity")));
  }
  expect_problem(at.get("/v1/test.counter/c"), 404, "not_found");
  EXPECT_EQ(at.post(add, five, {{"content-encoding", "identity"}}).status, 200);
}

}  // namespace
}  // namespace acta
