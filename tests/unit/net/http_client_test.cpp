#include "runtime/net/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using then = scripted::then;

class an_http_client : public ::testing::Test {
protected:
  http_client& to(const std::string& url, http_client_options how = {}) {
    return client_.emplace(io_, *parse_http_url(url), std::move(how));
  }
  result<http_response> ask(http_request what = {}, std::chrono::milliseconds limit = 30s) {
    std::optional<result<http_response>> outcome;
    client_->ask(std::move(what), limit, [&](result<http_response> got) { outcome = got; });
    io_.restart();
    io_.run();
    return outcome ? *outcome : error{errc::dropped, "it was not called back"};
  }
  void expect_failure(const scripted_server& at, errc code, const std::string& why,
                      std::chrono::milliseconds limit = 30s) {
    to(at.url());
    const auto answered = ask({"POST", "/secret", {{"Key", "secret"}}, "secret"}, limit);
    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().code, code);
    EXPECT_THAT(answered.error().detail, HasSubstr("127.0.0.1:" + std::to_string(at.port())));
    EXPECT_THAT(answered.error().detail, HasSubstr(why));
    EXPECT_THAT(answered.error().detail, Not(HasSubstr("secret")));
  }

  boost::asio::io_context io_;
  std::optional<http_client> client_;
};

TEST_F(an_http_client, sends_what_it_is_given_and_returns_the_answer) {
  scripted_server server{{answer(418, "no coffee", "X-One: 1\r\nx-two: 2\r\n")}};
  to(server.url());
  const auto got = ask({"POST", "/v1/traces", {{"Content-Type", "application/json"}}, "{}"});
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->status, 418);
  EXPECT_EQ(got->body, "no coffee");
  EXPECT_EQ(got->header("x-one"), "1");
  EXPECT_EQ(got->header("X-Two"), "2");
  EXPECT_EQ(got->header("x-three"), "");
  const auto request = server.requests(1).at(0);
  EXPECT_EQ(request.find("POST /v1/traces HTTP/1.1\r\n"), 0U) << request;
  EXPECT_THAT(request, HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(request, ::testing::EndsWith("\r\n\r\n{}"));
}

TEST_F(an_http_client, keeps_its_connection) {
  scripted_server server{{answer(200)}};
  auto& client = to(server.url());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask());
  EXPECT_EQ(client.connections(), 1U);
}

TEST_F(an_http_client, connects_anew_when_the_server_said_that_it_closes) {
  scripted_server server{{answer(200, "", "Connection: close\r\n")}};
  auto& client = to(server.url());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ask());
  EXPECT_EQ(client.connections(), 2U);
}

TEST_F(an_http_client, connects_anew_when_the_server_closed_while_nobody_asked) {
  auto closing = answer(200);
  closing.next = then::close;
  scripted_server server{{closing}};
  auto& client = to(server.url());
  ASSERT_TRUE(ask());
  ASSERT_TRUE(server.ended(1));
  ASSERT_TRUE(ask());
  EXPECT_EQ(client.connections(), 2U);
}

TEST_F(an_http_client, connects_anew_when_the_server_says_more_than_it_was_asked) {
  auto talking = answer(200);
  talking.bytes += "HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n";
  scripted_server server{{talking, answer(204)}};
  to(server.url());
  ASSERT_TRUE(ask());
  const auto second = ask();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 204);
}

TEST_F(an_http_client, waits_for_the_answer_behind_an_early_one) {
  scripted_server server{
      {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
        "x\r\n\r\n" +
        answer(201, "made").bytes}}};
  to(server.url());
  const auto got = ask();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 201);
  EXPECT_EQ(got->body, "made");
}

TEST_F(an_http_client, says_when_nobody_listens) {
  std::uint16_t port = 0;
  {
    const scripted_server gone{{answer(200)}};
    port = gone.port();
  }
  to("http://127.0.0.1:" + std::to_string(port));
  const auto got = ask();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::unavailable);
  EXPECT_THAT(got.error().detail, HasSubstr("cannot be connected to: Connection refused"));
}

TEST_F(an_http_client, gives_up_when_nothing_comes) {
  scripted_server server{{{"", then::hold}}};
  expect_failure(server, errc::unavailable, "did not answer within 20 ms", 20ms);
  EXPECT_TRUE(server.ended(1)) << "the connection is closed";
}

TEST_F(an_http_client, has_one_limit_for_the_whole_answer) {
  scripted_server server{{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", then::hold}}};
  expect_failure(server, errc::unavailable, "did not answer within 20 ms", 20ms);
}

TEST_F(an_http_client, says_when_the_connection_ends_first) {
  scripted_server nothing{{{"", then::close}}};
  expect_failure(nothing, errc::unavailable, "was lost before its answer was there");
  scripted_server half{{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", then::close}}};
  expect_failure(half, errc::unavailable, "was lost before its answer was there");
}

TEST_F(an_http_client, says_when_it_is_no_http) {
  scripted_server server{{{"220 mail.example ESMTP\r\n", then::hold}}};
  expect_failure(server, errc::malformed, "sent no HTTP");
}

TEST_F(an_http_client, bounds_what_it_takes) {
  scripted_server body{{answer(200, std::string(2 * 1024 * 1024, 'x'))}};
  expect_failure(body, errc::malformed, "body limit exceeded");
  scripted_server head{{answer(200, "", "X: " + std::string(20'000, 'x') + "\r\n")}};
  expect_failure(head, errc::malformed, "header limit exceeded");
}

TEST_F(an_http_client, ends_a_request_that_is_cancelled) {
  scripted_server server{{{"", then::hold}}};
  to(server.url());
  std::optional<result<http_response>> outcome;
  client_->ask({}, 30s, [&](result<http_response> got) { outcome = got; });
  while (server.requests().empty()) io_.run_one_for(1ms);
  client_->cancel();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->error().code, errc::unavailable);
}

TEST_F(an_http_client, calls_nobody_once_it_is_gone) {
  scripted_server server{{{"", then::hold}}};
  to(server.url());
  client_->ask({}, 30s, [](const result<http_response>&) { FAIL() << "it was called"; });
  client_.reset();
  io_.run();
}

TEST_F(an_http_client, may_ask_again_from_within_its_answer) {
  scripted_server server{{answer(200, "first"), answer(200, "second")}};
  to(server.url());
  std::string last;
  client_->ask({}, 30s, [&](const result<http_response>&) {
    client_->ask({}, 30s, [&](const result<http_response>& got) { last = got ? got->body : ""; });
  });
  io_.run();
  EXPECT_EQ(last, "second");
}

TEST(many_http_clients, share_one_thread) {
  constexpr std::size_t many = 20;
  boost::asio::io_context io;
  std::vector<std::unique_ptr<scripted_server>> servers;
  std::vector<std::unique_ptr<http_client>> clients;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < many; ++i) {
    servers.push_back(std::make_unique<scripted_server>(std::vector{answer(200)}));
    clients.push_back(std::make_unique<http_client>(io, *parse_http_url(servers.back()->url())));
    clients.back()->ask({}, 30s, [&](const result<http_response>& got) { answered += got.ok(); });
  }
  io.run();
  EXPECT_EQ(answered, many);
}

/// A certificate for localhost that is its own authority.
class tls : public an_http_client {
protected:
  void SetUp() override {
    const auto made =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
        key() + " -out " + certificate() + " 2> " + file("openssl.log");
    ASSERT_EQ(std::system(made.c_str()), 0);
  }
  [[nodiscard]] std::string file(const char* name) const {
    return (directory_.path() / name).string();
  }
  [[nodiscard]] std::string certificate() const { return file("certificate.pem"); }
  [[nodiscard]] std::string key() const { return file("key.pem"); }

  temporary_directory directory_;
};

TEST_F(tls, is_spoken_with_a_server_that_is_trusted) {
  scripted_server server{{answer(200, "sealed")}, certificate(), key()};
  auto& client = to(server.url(), {.authorities = certificate()});
  for (int i = 0; i < 2; ++i) {
    const auto got = ask();
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, "sealed");
  }
  EXPECT_EQ(client.connections(), 1U) << "it is kept";
}

TEST_F(tls, sends_nothing_to_a_server_that_nobody_vouches_for) {
  scripted_server server{{answer(200)}, certificate(), key()};
  to(server.url());
  const auto got = ask({"POST", "/", {{"Key", "secret"}}, "secret"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, errc::unavailable);
  EXPECT_THAT(got.error().detail, HasSubstr("certificate verify failed"));
  EXPECT_TRUE(server.ended(1));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(tls, sends_nothing_to_a_server_with_a_certificate_of_another_name) {
  scripted_server server{{answer(200)}, certificate(), key()};
  to("https://127.0.0.1:" + std::to_string(server.port()), {.authorities = certificate()});
  const auto got = ask();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr("certificate verify failed"));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(tls, says_when_the_authorities_cannot_be_read) {
  to("https://localhost:1", {.authorities = file("missing.pem")});
  const auto got = ask();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().detail, HasSubstr("the authorities to trust cannot be read"));
}

}  // namespace

}  // namespace acta::testing
