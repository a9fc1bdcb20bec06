// HTTP over real sockets: what is sent is text, so that nothing is tested against the library that
// reads it.
#include "runtime/delivery/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

namespace acta {
namespace {

using boost::asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

/// One connection.
class client {
public:
  explicit client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }
  void send(const std::string& text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  /// Reads up to and including `end`; what came until then if the connection is closed first.
  std::string read_until(const std::string& end) {
    boost::system::error_code closed;
    const auto size =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(received_), end, closed);
    const auto text = received_.substr(0, closed ? received_.size() : size);
    received_.erase(0, text.size());
    return text;
  }
  std::string read_to_end() {
    boost::system::error_code closed;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(received_), closed);
    return std::exchange(received_, {});
  }
  void close() { socket_.close(); }

private:
  boost::asio::io_context context_;
  tcp::socket socket_{context_};
  std::string received_;
};

/// Answers with the method, the target and the body it got.
void echo(const http_call& call, http_done done) {
  http_answer made;
  made.content_type = "text/plain";
  made.body = call.method + " " + call.target + " [" + call.body + "]\n";
  done(std::move(made));
}

http_options any_port() {
  http_options how;
  how.port = 0;
  return how;
}

class http_server_test : public ::testing::Test {
protected:
  void start(http_server::handler handler = echo, http_options how = any_port()) {
    server = std::make_unique<http_server>(std::move(how), std::move(handler));
    port = *server->start();
  }
  std::unique_ptr<http_server> server;
  std::uint16_t port = 0;
};

TEST_F(http_server_test, answers_one_request_after_another_on_a_connection) {
  start();
  client one{port};
  one.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(one.read_until("]\n"), HasSubstr("GET /a []"));
  one.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(one.read_until("]\n"), HasSubstr("POST /b [abc]"));
}

TEST_F(http_server_test, answers_requests_that_come_together_in_their_order) {
  start();
  client one{port};
  one.send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const auto* target : {"/1", "/2", "/3"})
    EXPECT_THAT(one.read_until("]\n"), HasSubstr(target));
}

TEST_F(http_server_test, closes_after_http_1_0_and_when_it_is_asked_to) {
  start();
  client old{port};
  old.send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.read_to_end(), HasSubstr("GET /old"));
  client polite{port};
  polite.send("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(polite.read_to_end(), HasSubstr("GET /last"));
}

TEST_F(http_server_test, answers_head_without_a_body) {
  start();
  client one{port};
  one.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = one.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(http_server_test, tells_a_client_that_waits_to_go_on) {
  start();
  client one{port};
  one.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(one.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  one.send("ok");
  EXPECT_THAT(one.read_until("]\n"), HasSubstr("[ok]"));
}

TEST_F(http_server_test, turns_rubbish_away_as_malformed) {
  start();
  for (const auto* rubbish :
       {"hello\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: minus\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    client one{port};
    one.send(rubbish);
    EXPECT_THAT(one.read_to_end(), StartsWith("HTTP/1.1 400")) << rubbish;
  }
}

TEST_F(http_server_test, turns_away_what_is_too_large) {
  auto how = any_port();
  how.max_body_bytes = 100;
  start(echo, how);
  client body{port};
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));
  const auto answer = body.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(answer, HasSubstr("application/problem+json"));
  client header{port};
  header.send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(header.read_to_end(), StartsWith("HTTP/1.1 431"));
}

TEST_F(http_server_test, closes_connections_beyond_its_limit_at_once) {
  auto how = any_port();
  how.max_connections = 1;
  start(echo, how);
  client first{port};
  first.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(first.read_until("]\n"), HasSubstr("200"));
  client second{port};
  EXPECT_EQ(second.read_to_end(), "");
  first.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(first.read_until("]\n"), HasSubstr("200"));
}

TEST_F(http_server_test, gives_up_on_a_client_that_is_too_slow) {
  auto how = any_port();
  how.read_timeout = 50ms;
  start(echo, how);
  client slow{port};
  slow.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_EQ(slow.read_to_end(), "");
}

TEST_F(http_server_test, is_not_hurt_by_a_client_that_hangs_up_in_the_middle) {
  std::promise<http_done> asked;
  start([&](const http_call& call, http_done done) {
    if (call.target == "/later") return asked.set_value(std::move(done));
    echo(call, std::move(done));
  });
  client gone{port};
  gone.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto done = asked.get_future().get();
  gone.close();
  client half{port};
  half.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
  half.close();
  done({});
  client next{port};
  next.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(next.read_until("]\n"), HasSubstr("GET /next"));
}

TEST_F(http_server_test, takes_answers_from_any_thread_and_only_the_first) {
  std::thread answering;
  start([&](const http_call& call, http_done done) {
    answering = std::thread{[call, done] {
      echo(call, done);
      echo(call, done);
    }};
  });
  client one{port};
  one.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto all = one.read_to_end();
  EXPECT_EQ(all.find("GET /a"), all.rfind("GET /a"));
  answering.join();
}

TEST_F(http_server_test, tells_the_client_of_a_handler_that_throws_or_forgets) {
  start([](const http_call& call, const http_done&) {
    if (call.target == "/throw") throw std::runtime_error{"secret"};
  });
  client one{port};
  one.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto thrown = one.read_until("}\n");
  EXPECT_THAT(thrown, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(thrown, ::testing::Not(HasSubstr("secret")));
  one.send("GET /forget HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(one.read_until("}\n"), StartsWith("HTTP/1.1 503"));
}

TEST_F(http_server_test, answers_what_is_under_way_before_it_stops) {
  std::promise<http_done> asked;
  start([&](const http_call&, http_done done) { asked.set_value(std::move(done)); });
  client idle{port};
  client one{port};
  one.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto done = asked.get_future().get();
  server->refuse_new();
  auto stopped = std::async(std::launch::async, [&] { server->stop(10s); });
  http_answer late;
  late.body = "late";
  done(late);
  EXPECT_THAT(one.read_to_end(), HasSubstr("late"));
  stopped.get();
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(http_server_test, does_not_wait_for_ever_for_a_handler_and_survives_its_late_answer) {
  std::promise<http_done> asked;
  start([&](const http_call&, http_done done) { asked.set_value(std::move(done)); });
  client one{port};
  one.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto done = asked.get_future().get();
  server->stop(1ms);
  EXPECT_EQ(one.read_to_end(), "");
  server.reset();
  done({});
}

TEST_F(http_server_test, says_when_it_cannot_listen) {
  start();
  auto how = any_port();
  how.port = port;
  http_server second{how, echo};
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().detail, HasSubstr(std::to_string(port)));
}

TEST(listen_address, reads_host_and_port) {
  const auto plain = listen_address("127.0.0.1:80");
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(listen_address("localhost:0")->host, "127.0.0.1");
  EXPECT_EQ(url_of(*listen_address("[::1]:80"), 8080), "http://[::1]:8080");
  EXPECT_EQ(url_of(*plain, 8080), "http://127.0.0.1:8080");
}

TEST(listen_address, refuses_what_is_none) {
  for (const auto* wrong :
       {"", ":", "8080", ":8080", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
        "example:80", "::1:80", "[1.2.3.4]:80"})
    EXPECT_EQ(listen_address(wrong).error().code, errc::malformed) << wrong;
}

}  // namespace
}  // namespace acta
