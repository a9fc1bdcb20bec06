#include "runtime/net/http_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::testing {

namespace {

using namespace internal;

TEST(an_http_url, is_taken_apart) {
  struct parts {
    const char* text;
    bool tls;
    const char* host;
    int port;
    const char* target;
  };
  for (const auto& one :
       {parts{"http://collector", false, "collector", 80, "/"},
        parts{"https://collector", true, "collector", 443, "/"},
        parts{"HTTPS://collector:4318/v1/traces?a=b", true, "collector", 4318, "/v1/traces?a=b"},
        parts{"http://127.0.0.1:1/", false, "127.0.0.1", 1, "/"},
        parts{"http://[::1]:4318/x", false, "::1", 4318, "/x"},
        parts{"http://[::1]", false, "::1", 80, "/"},
        parts{"http://here?x", false, "here", 80, "/?x"}}) {
    const auto url = parse_http_url(one.text);
    ASSERT_TRUE(url) << one.text << ": " << url.error().detail;
    EXPECT_EQ(url->tls, one.tls) << one.text;
    EXPECT_EQ(url->host, one.host);
    EXPECT_EQ(url->port, one.port);
    EXPECT_EQ(url->target, one.target);
  }
}

TEST(an_http_url, is_shown_without_its_path_and_query) {
  const auto url = parse_http_url("https://[::1]:4318/token-in-the-path?key=secret");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin(), "https://[::1]:4318");
}

TEST(an_http_url, is_refused_without_quoting_it) {
  for (const auto* text :
       {"", "collector:4318", "ftp://collector", "http://", "http://:80", "http://a:0",
        "http://a:65536", "http://a:8x", "http://a:", "http://[::1", "http://[::1]x",
        "http://sec ret", "http://a/sec\nret", "http://user:secret@a", "http://a/#secret",
        "http://a\xc3\xa9", "http://a$b"}) {
    const auto url = parse_http_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, errc::malformed);
    EXPECT_THAT(url.error().detail, ::testing::Not(::testing::HasSubstr("sec")));
    EXPECT_NE(url.error().detail, "");
  }
}

}  // namespace

}  // namespace acta::testing
