#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/delivery/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::StartsWith;

TEST(listen_address, takes_a_host_and_a_port) {
  const auto expect = [](const char* text, const char* host, std::uint16_t port) {
    const auto read = listen_address(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(read->host, host);
    EXPECT_EQ(read->port, port);
  };
  expect("127.0.0.1:8080", "127.0.0.1", 8080);
  expect("0.0.0.0:0", "0.0.0.0", 0);
  expect("localhost:65535", "127.0.0.1", 65535);
  expect("[::1]:80", "::1", 80);
}

TEST(listen_address, says_what_is_wrong) {
  for (const auto* bad : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
                          "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:80x", "127.0.0.1: 80",
                          "nowhere:80", "256.0.0.1:80", "::1:80", "[]:80", "[127.0.0.1]:80"}) {
    const auto read = listen_address(bad);
    ASSERT_FALSE(read.ok()) << bad;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_THAT(read.error().detail, StartsWith("'" + std::string{bad} + "' is no HOST:PORT: "));
  }
}

TEST(listen_address, is_shown_as_a_url) {
  EXPECT_EQ(url_of(*listen_address("127.0.0.1:0"), 81), "http://127.0.0.1:81");
  EXPECT_EQ(url_of(*listen_address("[::1]:0"), 81), "http://[::1]:81");
}

}  // namespace
}  // namespace acta
