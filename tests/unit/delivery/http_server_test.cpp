// The HTTP server as its clients see it: requests, answers, connections.
#include "runtime/delivery/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/support/http_server.hpp"
#include "tests/support/moody.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::client;
using testing::complaints;
using testing::echo;
using ::testing::HasSubstr;
using testing::held;
using testing::patience;
using testing::quiet;
using testing::running;
using ::testing::StartsWith;
using testing::text;

TEST(http_server, answers_two_requests_on_one_connection) {
  running at;
  client one{at.port()};
  const auto first = one.get("/a").receive();
  EXPECT_EQ(first.version, "HTTP/1.1");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "GET /a ");
  EXPECT_EQ(first.headers.at("Content-Type"), "text/plain");
  EXPECT_EQ(one.post("/b?c=d", "hello").receive().body, "POST /b?c=d hello");
}

TEST(http_server, hands_headers_on_in_lower_case) {
  running at{[](const http_call& call, const http_done& done) {
    auto made = text(call.header("idempotency-key"));
    made.headers.emplace_back("ETag", "\"7\"");
    done(std::move(made));
  }};
  const auto got = client{at.port()}
                       .send("GET / HTTP/1.1\r\nHost: x\r\nIDEMPOTENCY-Key:  k 1 \r\n\r\n")
                       .receive();
  EXPECT_EQ(got.body, "k 1");
  EXPECT_EQ(got.headers.at("ETag"), "\"7\"");
}

TEST(http_server, hands_on_each_of_several_headers_of_one_name) {
  running at{[](const http_call& call, const http_done& done) {
    done(text(std::to_string(call.headers.count("a")) + ": " + call.header("a")));
  }};
  EXPECT_EQ(client{at.port()}
                .send("GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: x\r\na: 2\r\n\r\n")
                .receive()
                .body,
            "2: 1, 2");
}

TEST(http_server, answers_pipelined_requests_in_order) {
  running at;
  client one{at.port()};
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
  one.send(all);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(one.receive().body, "POST /" + std::to_string(i) + " hi");
}

TEST(http_server, reads_a_request_that_comes_byte_by_byte) {
  running at;
  client one{at.port()};
  for (const char c : std::string{"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"})
    one.send(std::string(1, c));
  EXPECT_EQ(one.receive().body, "POST /x hi");
}

TEST(http_server, reads_a_chunked_body) {
  running at;
  client one{at.port()};
  one.send(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(one.receive().body, "POST / hello");
}

TEST(http_server, takes_no_trailer_for_a_header) {
  running at{[](const http_call& call, const http_done& done) {
    done(text("k=" + call.header("k") + " t=" + call.header("t")));
  }};
  client one{at.port()};
  one.send(
      "POST / HTTP/1.1\r\nHost: x\r\nK: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nK: 2\r\nT: 3\r\n\r\n");
  EXPECT_EQ(one.receive().body, "k=1 t=");
}

TEST(http_server, closes_after_an_answer_to_http_1_0_unless_it_is_asked_not_to) {
  running at;
  client one{at.port()};
  const auto got = one.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").receive();
  EXPECT_EQ(got.version, "HTTP/1.0");
  EXPECT_EQ(got.headers.at("Connection"), "keep-alive");
  EXPECT_EQ(one.send("GET / HTTP/1.0\r\n\r\n").receive().body, "GET / ");
  EXPECT_TRUE(one.closed());
}

TEST(http_server, closes_when_the_client_asks_for_it) {
  running at;
  client one{at.port()};
  const auto got = one.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").receive();
  EXPECT_EQ(got.headers.at("Connection"), "close");
  EXPECT_TRUE(one.closed());
}

TEST(http_server, takes_all_lines_of_connection_for_one_list_in_which_close_wins) {
  running at;
  const auto closes = [&](const std::string& version, const std::string& lines) {
    client one{at.port()};
    one.send("GET /1 HTTP/" + version + "\r\nHost: x\r\n" + lines + "\r\n");
    EXPECT_EQ(one.receive().body, "GET /1 ") << lines;
    return one.get("/2").receive().status == 0;
  };
  const std::string keep = "Connection: keep-alive\r\n", close = "Connection: Close\r\n";
  for (const auto& lines : {keep + close, close + keep, std::string{"Connection: x\r\n"} + close,
                            std::string{"Connection: keep-alive, close\r\n"},
                            std::string{"Connection: close, keep-alive\r\n"},
                            std::string{"Connection: ,x ,, CLOSE\r\n"}})
    for (const auto* version : {"1.1", "1.0"}) EXPECT_TRUE(closes(version, lines)) << lines;
  EXPECT_FALSE(closes("1.1", "Connection: closed, x-close\r\nConnection: y\r\n"));
  EXPECT_FALSE(closes("1.0", "Connection: x\r\nConnection: Keep-Alive\r\n"));
  EXPECT_TRUE(closes("1.0", "Connection: x\r\n"));
}

TEST(http_server, takes_no_trailer_for_what_becomes_of_the_connection) {
  running at;
  client one{at.port()};
  one.send(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(one.receive().body, "POST / ");
  EXPECT_EQ(one.get("/next").receive().body, "GET /next ");
}

TEST(http_server, leaves_the_body_of_an_answer_to_head_out) {
  running at;
  client one{at.port()};
  const auto head = one.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n").receive(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("Content-Length"), "10");
  EXPECT_EQ(one.get("/next").receive().body, "GET /next ");
}

TEST(http_server, sends_neither_a_body_nor_a_length_of_one_with_not_modified) {
  running at{[](const http_call& call, const http_done& done) {
    if (call.target == "/known") return done({304, {}, {}, {{"ETag", "\"3\""}}});
    done(text("after"));
  }};
  client one{at.port()};
  const auto got = one.get("/known").receive();
  EXPECT_EQ(got.status, 304);
  EXPECT_EQ(got.headers.at("ETag"), "\"3\"");
  EXPECT_FALSE(got.headers.contains("Content-Length"));
  EXPECT_FALSE(got.headers.contains("Content-Type"));
  EXPECT_EQ(one.get("/").receive().body, "after") << "the connection goes on";
}

TEST(http_server, tells_a_client_that_waits_to_go_on_with_its_body) {
  running at;
  client one{at.port()};
  for (int i = 0; i < 2; ++i) {
    one.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(one.receive().status, 100);
    const auto got = one.send("hello").receive();
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "POST / hello");
  }
}

TEST(http_server, does_not_tell_to_go_on_where_nobody_waits) {
  running at;
  EXPECT_EQ(
      client{at.port()}
          .send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
          .receive()
          .status,
      200);
  EXPECT_EQ(client{at.port()}
                .send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
                .receive()
                .status,
            200);
}

TEST(http_server, takes_its_port_before_anybody_can_connect) {
  auto how = quiet();
  http_server server{how, echo};
  const auto port = server.bind();
  ASSERT_TRUE(port.ok());
  EXPECT_FALSE(client{*port}.connected());
  ASSERT_TRUE(server.start().ok());
  EXPECT_EQ(server.port(), *port);
  EXPECT_EQ(client{*port}.get("/").receive().status, 200);
}

TEST(http_server, takes_the_answer_from_another_thread) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  running at{[&](const http_call& call, http_done done) {
    const std::lock_guard lock{mutex};
    threads.emplace_back([call, done = std::move(done)] { echo(call, done); });
  }};
  std::vector<std::unique_ptr<client>> all;
  for (int i = 0; i < 16; ++i) {
    all.push_back(std::make_unique<client>(at.port()));
    all.back()->get("/" + std::to_string(i));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(all[i]->receive().body, "GET /" + std::to_string(i) + " ");
  at.server().stop(patience);
  for (auto& thread : threads) thread.join();
}

TEST(http_server, takes_the_first_of_two_answers) {
  running at{[](const http_call& call, const http_done& done) {
    done(text("first of " + call.target));
    done(text("second of " + call.target));
  }};
  client one{at.port()};
  EXPECT_EQ(one.get("/a").receive().body, "first of /a");
  EXPECT_EQ(one.get("/b").receive().body, "first of /b");
}

TEST(http_server, survives_a_second_answer_when_the_connection_is_gone) {
  held calls;
  running at{calls.handler()};
  client one{at.port()};
  one.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto done = calls.take();
  done(text("first"));
  EXPECT_EQ(one.receive().body, "first");
  EXPECT_TRUE(one.closed());
  done(text("second"));
  client other{at.port()};
  other.get("/");
  calls.take()(text("other"));
  EXPECT_EQ(other.receive().body, "other");
}

TEST(http_server, tells_the_client_when_no_answer_will_come) {
  running at{[](const http_call&, const http_done&) {}};
  client one{at.port()};
  const auto got = one.post("/", "").receive();
  EXPECT_EQ(got.status, 503);
  EXPECT_THAT(got.body, HasSubstr("outcome_unknown")) << "a command may have taken effect";
  EXPECT_THAT(got.body, HasSubstr(R"("effect":"unknown")"));
  const auto read = one.get("/").receive();
  EXPECT_EQ(read.status, 503);
  EXPECT_THAT(read.body, HasSubstr(R"("effect":"none")"));
}

TEST(http_server, answers_for_a_handler_that_throws) {
  complaints heard;
  auto how = quiet();
  how.complain = heard.listener();
  running at{[](const http_call& call, const http_done& done) {
               if (call.target == "/after") done(text("answered"));
               throw std::runtime_error{"secret"};
             },
             how};
  client one{at.port()};
  const auto got = one.post("/", "").receive();
  EXPECT_EQ(got.status, 500);
  EXPECT_THAT(got.body, HasSubstr(R"("effect":"unknown")")) << "it may have sent the command on";
  EXPECT_THAT(one.get("/").receive().body, HasSubstr(R"("effect":"none")"));
  EXPECT_EQ(got.body.find("secret"), std::string::npos);
  EXPECT_EQ(heard.first(), "a handler threw: secret");
  EXPECT_EQ(one.get("/after").receive().body, "answered");
}

TEST(http_server, answers_for_a_handler_that_throws_what_is_no_exception) {
  complaints heard;
  auto how = quiet();
  how.complain = heard.listener();
  running at{[](const http_call&, const http_done&) { testing::throw_barbed(); }, how};
  client one{at.port()};
  EXPECT_EQ(one.get("/").receive().status, 500);
  EXPECT_EQ(heard.first(), "a handler threw: an exception of unknown type");
  EXPECT_EQ(one.get("/").receive().status, 500) << "the server goes on";
}

TEST(http_server, cannot_listen_on_a_port_that_is_in_use) {
  running first;
  auto how = quiet();
  how.port = first.port();
  http_server second{how, echo};
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, errc::storage);
  EXPECT_THAT(started.error().detail,
              StartsWith("cannot listen on 127.0.0.1:" + std::to_string(first.port())));
  EXPECT_FALSE(second.start().ok()) << "nor anywhere else";
  second.stop(patience);
  EXPECT_EQ(client{first.port()}.get("/").receive().status, 200);
}

TEST(http_server, cannot_listen_on_what_is_no_address) {
  auto how = quiet();
  how.host = "nowhere";
  EXPECT_EQ((http_server{how, echo}.start().error().detail), "'nowhere' is no address");
}

}  // namespace
}  // namespace acta
