// What the HTTP server does not take, and how long it waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::client;
using testing::complaints;
using testing::echo;
using ::testing::HasSubstr;
using testing::held;
using testing::patience;
using testing::quiet;
using testing::running;
using testing::text;

TEST(http_server, refuses_a_body_that_is_too_large_before_it_is_sent) {
  running at;
  client one{at.port()};
  one.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
  const auto got = one.receive();
  EXPECT_EQ(got.status, 413);
  EXPECT_THAT(got.body, HasSubstr("body_too_large"));
  EXPECT_EQ(got.headers.at("Connection"), "close");
}

TEST(http_server, tells_of_what_it_answered_and_of_what_it_could_not_read) {
  auto how = quiet();
  std::promise<std::string> third;
  std::string told;
  how.answered = [&](const http_answer& answer, std::chrono::nanoseconds took) {
    told += std::string{answer.route} + " " + std::to_string(answer.status) +
            (took.count() < 0 ? " unread;" : ";");
    if (std::count(told.begin(), told.end(), ';') == 3) third.set_value(told);
  };
  running at{[](const http_call& call, const http_done& done) {
               auto made = text(call.target);
               made.route = "GET /here";
               done(std::move(made));
             },
             how};
  client one{at.port()};
  EXPECT_EQ(one.get("/here").receive().status, 200);
  EXPECT_EQ(one.get("/here").receive().status, 200);
  EXPECT_EQ(one.send("GET / HTTP/1.1\r\n\r\n").receive().status, 400);
  EXPECT_EQ(third.get_future().get(), "GET /here 200;GET /here 200;other 400 unread;");
}

TEST(http_server, refuses_a_body_that_is_too_large_while_it_is_sent) {
  running at;
  client one{at.port()};
  EXPECT_EQ(one.post("/", std::string(8 << 20, 'a')).receive().status, 413);
  client other{at.port()};
  other.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
             std::string(0x200000, 'a') + "\r\n0\r\n\r\n");
  EXPECT_EQ(other.receive().status, 413);
}

TEST(http_server, bounds_what_stands_between_chunks_and_after_the_last) {
  const std::string much(200'000, '0');
  running at;
  for (const auto& endless : {"0\r\nX: " + much, "1;" + much, much + much,
                              "0\r\n" + std::string(200, 'X') + ": y\r\n" + much}) {
    client one{at.port()};
    one.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + endless);
    const auto got = one.receive();
    EXPECT_TRUE(got.status == 431 || got.status == 400) << got.status;
    EXPECT_TRUE(one.closed());
  }
}

TEST(http_server, takes_a_body_of_just_the_size_that_is_allowed) {
  auto how = quiet();
  how.max_body_bytes = 10;
  running at{echo, how};
  EXPECT_EQ(client{at.port()}.post("/", "1234567890").receive().status, 200);
  EXPECT_EQ(client{at.port()}.post("/", "12345678901").receive().status, 413);
}

TEST(http_server, refuses_a_header_that_is_too_large) {
  running at;
  const std::string large(20'000, 'a');
  for (const auto& text : {"GET / HTTP/1.1\r\nHost: x\r\nX: " + large + "\r\n\r\n",
                           "GET /" + large + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET /" + large}) {
    const auto got = client{at.port()}.send(text).receive();
    EXPECT_EQ(got.status, 431);
    EXPECT_THAT(got.body, HasSubstr("header_too_large"));
    EXPECT_THAT(got.body, HasSubstr("at most 8192 bytes"));
  }
}

TEST(http_server, counts_every_byte_of_a_header_and_of_a_trailer) {
  const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
  const auto lines = [](std::size_t bytes) {
    std::string made;
    for (; bytes > 17; bytes -= 6) made += "X: a\r\n";
    return made + "Y:" + std::string(bytes - 4, ' ') + "\r\n";
  };
  running at;
  for (const std::size_t over : {0U, 1U, 4'000U, 12'000U}) {
    const int status = over == 0 ? 200 : 431;
    auto got = client{at.port()}
                   .send(begin + lines(8'192 + over - begin.size() - 2) + "\r\n0\r\n\r\n")
                   .receive();
    EXPECT_EQ(got.status, status) << "header, " << over << " bytes more";
    // The ends of the last chunk and of the body may count with the trailer.
    const auto most = over == 0 ? 8'192U - 16U : 8'192U + over;
    got = client{at.port()}.send(begin + "\r\n3\r\nabc\r\n0\r\n" + lines(most) + "\r\n").receive();
    EXPECT_EQ(got.status, status) << "trailer, " << over << " bytes more";
  }
}

TEST(http_server, answers_what_is_not_http) {
  running at;
  for (const std::string_view rubbish :
       {"rubbish\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n"}) {
    client one{at.port()};
    auto got = one.send(rubbish).receive();
    EXPECT_EQ(got.status, 400) << rubbish;
    EXPECT_EQ(got.headers["Content-Type"], "application/problem+json");
    EXPECT_TRUE(one.closed());
  }
}

TEST(http_server, closes_connections_beyond_the_most) {
  auto how = quiet();
  how.max_connections = 2;
  std::atomic<int> refused{0};
  how.refused = [&refused](std::string_view why) {
    EXPECT_EQ(why, "too_many");
    ++refused;
  };
  running at{echo, how};
  client one{at.port()};
  auto two = std::make_unique<client>(at.port());
  EXPECT_EQ(one.get("/").receive().status, 200);
  EXPECT_EQ(two->get("/").receive().status, 200);
  EXPECT_TRUE(client{at.port()}.closed());
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(one.get("/").receive().status, 200);
  two.reset();
  // The server learns of it a little later.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (client{at.port()}.get("/").receive().status != 200)
    ASSERT_LT(std::chrono::steady_clock::now(), until);
}

TEST(http_server, goes_on_when_clients_hang_up) {
  held calls;
  running at{[&](const http_call& call, http_done done) {
    if (call.target == "/held") return calls.handler()(call, std::move(done));
    echo(call, done);
  }};
  client steady{at.port()};
  for (int i = 0; i < 20; ++i) {
    client{at.port()};
    client{at.port()}.send("GE");
    client{at.port()}.send("GET / HTTP/1.1\r\nHost: x\r\nX-Half");
    client{at.port()}.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    client{at.port()}.get("/").get("/").get("/");
    {
      client gone{at.port()};
      gone.get("/held");
    }
    calls.take()(text(std::string(1 << 20, 'a')));
    ASSERT_EQ(steady.get("/a").receive().body, "GET /a ");
  }
}

TEST(http_server, closes_a_connection_that_asks_for_nothing) {
  auto how = quiet();
  how.idle_timeout = 50ms;
  running at{echo, how};
  client silent{at.port()}, late{at.port()};
  EXPECT_EQ(late.get("/").receive().status, 200);
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(late.closed());
}

TEST(http_server, closes_a_connection_whose_header_takes_too_long) {
  auto how = quiet();
  how.header_timeout = 50ms;
  running at{echo, how};
  client half{at.port()}, second{at.port()};
  half.send("GET / HTTP/1.1\r\nHost: x\r\nX-Half");
  EXPECT_EQ(second.get("/").receive().status, 200);
  second.send("G");
  EXPECT_TRUE(half.closed());
  EXPECT_TRUE(second.closed());
}

TEST(http_server, closes_a_connection_whose_body_takes_too_long) {
  auto how = quiet();
  how.body_timeout = 50ms;
  running at{echo, how};
  client half{at.port()};
  half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
  EXPECT_TRUE(half.closed());
}

TEST(http_server, does_not_count_the_handlers_time_as_the_clients) {
  auto how = quiet();
  how.idle_timeout = how.header_timeout = how.body_timeout = 50ms;
  held calls;
  running at{calls.handler(), how};
  client one{at.port()};
  one.get("/");
  const auto done = calls.take();
  EXPECT_TRUE(client{at.port()}.closed());  // the timeouts have passed
  done(text("late"));
  EXPECT_EQ(one.receive().body, "late");
}

/// Lets this process open no more files for as long as this lives.
class no_more_files {
public:
  no_more_files() {
    getrlimit(RLIMIT_NOFILE, &before_);
    auto now = before_;
    const int next = dup(0);
    close(next);
    now.rlim_cur = static_cast<rlim_t>(next);
    setrlimit(RLIMIT_NOFILE, &now);
  }
  no_more_files(const no_more_files&) = delete;
  no_more_files& operator=(const no_more_files&) = delete;
  ~no_more_files() { setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

TEST(http_server, says_that_it_is_out_of_descriptors_and_goes_on_when_there_are_some) {
#ifdef __SANITIZE_ADDRESS__
  // With it comes the undefined behaviour sanitizer: it opens a pipe to see whether memory can be
  // read, and where none can be opened takes sound objects for broken ones.
  GTEST_SKIP() << "the sanitizers need descriptors of their own";
#endif
  complaints heard;
  auto how = quiet();
  how.complain = heard.listener();
  how.complaint_interval = patience;
  running at{echo, how};
  boost::asio::io_context context;
  tcp::socket waiting{context};
  waiting.open(tcp::v4());
  {
    const no_more_files none;
    waiting.connect({boost::asio::ip::address_v4::loopback(), at.port()});
    EXPECT_EQ(heard.first(), "cannot take a connection: Too many open files");
  }
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  EXPECT_EQ(heard.count(), 1U) << "it tries again and again, and does not say so each time";
}

TEST(http_server, says_that_there_are_too_many_connections) {
  complaints heard;
  auto how = quiet();
  how.max_connections = 1;
  how.complain = heard.listener();
  how.complaint_interval = patience;
  running at{echo, how};
  client one{at.port()};
  EXPECT_EQ(one.get("/").receive().status, 200);
  EXPECT_TRUE(client{at.port()}.closed());
  EXPECT_TRUE(client{at.port()}.closed());
  EXPECT_EQ(heard.first(), "cannot take a connection: there are 1 already");
  EXPECT_EQ(heard.count(), 1U);
}

TEST(http_limits, that_say_never_close_nothing) {
  auto how = quiet();
  how.idle_timeout = how.header_timeout = how.body_timeout = how.write_timeout =
      std::chrono::milliseconds::max();
  running at{echo, how};
  client one{at.port()};
  EXPECT_EQ(one.get("/a").receive().status, 200);
  EXPECT_EQ(one.get("/b").receive().status, 200);
  EXPECT_EQ(at.server().stop(std::chrono::milliseconds::max()), 0U);
}

TEST(http_limits, that_cannot_be_meant_are_refused_before_a_port_is_taken) {
  const auto refused = [](auto change) {
    auto how = quiet();
    change(how);
    http_server server{how, echo};
    const auto bound = server.bind();
    return bound ? "bound" : bound.error().field;
  };
  using std::chrono::milliseconds;
  EXPECT_EQ(refused([](http_options& how) { how.idle_timeout = milliseconds{-1}; }), "timeout");
  EXPECT_EQ(refused([](http_options& how) { how.write_timeout = milliseconds::min(); }), "timeout");
  EXPECT_EQ(refused([](http_options& how) { how.max_header_bytes = std::size_t{1} << 32; }),
            "max_header_bytes");
}

}  // namespace
}  // namespace acta
