#include "runtime/delivery/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <thread>

namespace acta {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Long enough for any machine; a test that waits so long has failed.
constexpr auto patience = 30s;

struct received {
  int status = 0;  // 0: there was no answer
  std::string version;
  std::map<std::string, std::string> headers;  // as they were sent
  std::string body;
};

/// A client that sends just what it is told, and reads by its own rules, not by the server's
/// library.
class client {
public:
  explicit client(std::uint16_t port) {
    stream_.expires_after(patience);
    stream_.connect(tcp::endpoint{boost::asio::ip::address_v4::loopback(), port});
  }
  [[nodiscard]] bool connected() const { return stream_.good(); }

  client& send(std::string_view text) {
    stream_ << text << std::flush;
    return *this;
  }
  client& get(const std::string& target) {
    return send("GET " + target + " HTTP/1.1\r\nHost: here\r\n\r\n");
  }
  client& post(const std::string& target, const std::string& body) {
    return send("POST " + target + " HTTP/1.1\r\nHost: here\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  received receive(bool with_body = true) {
    received got;
    stream_ >> got.version >> got.status;
    line();
    for (auto text = line(); !text.empty(); text = line()) {
      const auto colon = text.find(": ");
      got.headers[text.substr(0, colon)] = text.substr(colon + 2);
    }
    if (!with_body || !got.headers.contains("Content-Length")) return got;
    got.body.resize(std::stoul(got.headers.at("Content-Length")));
    stream_.read(got.body.data(), static_cast<std::streamsize>(got.body.size()));
    return got;
  }
  /// Whether the server closed the connection, with nothing left to read.
  bool closed() {
    return stream_.get() == std::char_traits<char>::eof() &&
           stream_.error() != boost::asio::error::timed_out &&
           stream_.error() != boost::asio::error::operation_aborted;
  }

private:
  std::string line() {
    std::string text;
    std::getline(stream_, text);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return text;
  }

  tcp::iostream stream_;
};

http_options quiet() {
  http_options how;
  how.port = 0;
  how.idle_timeout = patience;
  how.header_timeout = patience;
  how.body_timeout = patience;
  how.write_timeout = patience;
  return how;
}

/// Answers with what it was asked.
void echo(const http_call& call, const http_done& done) {
  http_answer made;
  made.content_type = "text/plain";
  made.body = call.method + " " + call.target + " " + call.body;
  done(std::move(made));
}

/// A server that has started.
class running {
public:
  explicit running(http_server::handler to = echo, http_options how = quiet())
      : server_{std::in_place, std::move(how), std::move(to)}, port_{*server_->start()} {}

  [[nodiscard]] std::uint16_t port() const { return port_; }
  http_server& server() { return *server_; }
  void destroy() { server_.reset(); }

private:
  std::optional<http_server> server_;
  std::uint16_t port_;
};

/// A handler that keeps its calls until it is told to answer them.
class held {
public:
  http_server::handler handler() {
    return [this](const http_call&, http_done done) {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(done));
      arrived_.notify_all();
    };
  }
  http_done take() {
    std::unique_lock lock{mutex_};
    if (!arrived_.wait_for(lock, patience, [this] { return !waiting_.empty(); })) return {};
    auto first = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return first;
  }

private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<http_done> waiting_;
};

http_answer text(std::string body) { return {200, "text/plain", std::move(body)}; }

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
  const auto got =
      client{at.port()}.send("GET / HTTP/1.1\r\nIDEMPOTENCY-Key:  k 1 \r\n\r\n").receive();
  EXPECT_EQ(got.body, "k 1");
  EXPECT_EQ(got.headers.at("ETag"), "\"7\"");
}

TEST(http_server, hands_on_each_of_several_headers_of_one_name) {
  running at{[](const http_call& call, const http_done& done) {
    done(text(std::to_string(call.headers.count("a")) + ": " + call.header("a")));
  }};
  EXPECT_EQ(client{at.port()}.send("GET / HTTP/1.1\r\nA: 1\r\nB: x\r\na: 2\r\n\r\n").receive().body,
            "2: 1, 2");
}

TEST(http_server, answers_pipelined_requests_in_order) {
  running at;
  client one{at.port()};
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
  one.send(all);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(one.receive().body, "POST /" + std::to_string(i) + " hi");
}

TEST(http_server, reads_a_request_that_comes_byte_by_byte) {
  running at;
  client one{at.port()};
  for (const char c : std::string{"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"})
    one.send(std::string(1, c));
  EXPECT_EQ(one.receive().body, "POST /x hi");
}

TEST(http_server, reads_a_chunked_body) {
  running at;
  client one{at.port()};
  one.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(one.receive().body, "POST / hello");
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
  const auto got = one.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").receive();
  EXPECT_EQ(got.headers.at("Connection"), "close");
  EXPECT_TRUE(one.closed());
}

TEST(http_server, leaves_the_body_of_an_answer_to_head_out) {
  running at;
  client one{at.port()};
  const auto head = one.send("HEAD /abc HTTP/1.1\r\n\r\n").receive(false);
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
    one.send("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(one.receive().status, 100);
    const auto got = one.send("hello").receive();
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "POST / hello");
  }
}

TEST(http_server, does_not_tell_to_go_on_where_nobody_waits) {
  running at;
  EXPECT_EQ(client{at.port()}
                .send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
                .receive()
                .status,
            200);
  EXPECT_EQ(client{at.port()}
                .send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
                .receive()
                .status,
            200);
}

TEST(http_server, refuses_a_body_that_is_too_large_before_it_is_sent) {
  running at;
  client one{at.port()};
  one.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
  const auto got = one.receive();
  EXPECT_EQ(got.status, 413);
  EXPECT_THAT(got.body, HasSubstr("body_too_large"));
  EXPECT_EQ(got.headers.at("Connection"), "close");
}

TEST(http_server, refuses_a_body_that_is_too_large_while_it_is_sent) {
  running at;
  client one{at.port()};
  EXPECT_EQ(one.post("/", std::string(8 << 20, 'a')).receive().status, 413);
  client other{at.port()};
  other.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
             std::string(0x200000, 'a') + "\r\n0\r\n\r\n");
  EXPECT_EQ(other.receive().status, 413);
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
  for (const auto& text : {"GET / HTTP/1.1\r\nX: " + large + "\r\n\r\n",
                           "GET /" + large + " HTTP/1.1\r\n\r\n", "GET /" + large}) {
    const auto got = client{at.port()}.send(text).receive();
    EXPECT_EQ(got.status, 431);
    EXPECT_THAT(got.body, HasSubstr("header_too_large"));
    EXPECT_THAT(got.body, HasSubstr("at most 8192 bytes"));
  }
}

TEST(http_server, answers_what_is_not_http) {
  running at;
  for (const std::string_view rubbish :
       {"rubbish\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
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
  running at{echo, how};
  client one{at.port()};
  auto two = std::make_unique<client>(at.port());
  EXPECT_EQ(one.get("/").receive().status, 200);
  EXPECT_EQ(two->get("/").receive().status, 200);
  EXPECT_TRUE(client{at.port()}.closed());
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
    client{at.port()}.send("GET / HTTP/1.1\r\nX-Half");
    client{at.port()}.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
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
  half.send("GET / HTTP/1.1\r\nX-Half");
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
  half.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
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

/// What a server complained of.
class complaints {
public:
  std::function<void(const std::string&)> listener() {
    return [this](const std::string& why) {
      const std::lock_guard lock{mutex_};
      all_.push_back(why);
      heard_.notify_all();
    };
  }
  std::string first() {
    std::unique_lock lock{mutex_};
    heard_.wait_for(lock, patience, [this] { return !all_.empty(); });
    return all_.empty() ? "nothing" : all_.front();
  }
  std::size_t count() {
    const std::lock_guard lock{mutex_};
    return all_.size();
  }

private:
  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<std::string> all_;
};

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

TEST(http_server, takes_its_port_before_anybody_can_connect) {
  auto how = quiet();
  http_server server{how, echo};
  const auto port = server.bind();
  ASSERT_TRUE(port.ok());
  EXPECT_FALSE(client{*port}.connected());
  EXPECT_EQ(*server.start(), *port);
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
  one.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
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
  const auto got = one.get("/").receive();
  EXPECT_EQ(got.status, 503);
  EXPECT_THAT(got.body, HasSubstr("dropped"));
  EXPECT_EQ(one.get("/").receive().status, 503);
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
  const auto got = one.get("/").receive();
  EXPECT_EQ(got.status, 500);
  EXPECT_EQ(got.body.find("secret"), std::string::npos);
  EXPECT_EQ(heard.first(), "a handler threw: secret");
  EXPECT_EQ(one.get("/after").receive().body, "answered");
}

TEST(http_server, answers_what_is_under_way_when_it_stops) {
  held calls;
  running at{calls.handler()};
  client asking{at.port()}, idle{at.port()};
  idle.get("/");
  calls.take()(text("idle"));
  EXPECT_EQ(idle.receive().body, "idle");
  asking.get("/");
  const auto done = calls.take();
  std::thread stopping{[&] { at.server().stop(patience); }};
  EXPECT_TRUE(idle.closed());  // it has begun to stop
  done(text("in the end"));
  const auto got = asking.receive();
  EXPECT_EQ(got.body, "in the end");
  EXPECT_EQ(got.headers.at("Connection"), "close");
  EXPECT_TRUE(asking.closed());
  stopping.join();
  EXPECT_FALSE(client{at.port()}.connected());
}

TEST(http_server, does_not_wait_for_half_a_request_when_it_stops) {
  running at;
  client half{at.port()}, turned_away{at.port()};
  half.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
  EXPECT_EQ(half.receive().status, 100);
  EXPECT_EQ(turned_away.send("rubbish\r\n\r\n").receive().status, 400);
  const auto from = std::chrono::steady_clock::now();
  at.server().stop(patience);
  EXPECT_LT(std::chrono::steady_clock::now() - from, patience);
  EXPECT_TRUE(half.closed());
}

TEST(http_server, answers_once_more_when_it_refuses_what_is_new) {
  running at;
  client one{at.port()};
  EXPECT_EQ(one.get("/").receive().headers.count("Connection"), 0U);
  at.server().refuse_new();
  while (client{at.port()}.connected()) {
  }
  EXPECT_EQ(one.get("/last").receive().body, "GET /last ");
  EXPECT_TRUE(one.closed());
}

TEST(http_server, closes_what_is_left_at_the_deadline_and_ignores_its_answer) {
  held calls;
  running at{calls.handler()};
  client one{at.port()}, other{at.port()};
  one.get("/");
  const auto first = calls.take();
  other.get("/");
  const auto second = calls.take();
  at.server().stop(10ms);
  EXPECT_TRUE(one.closed());
  EXPECT_TRUE(other.closed());
  first(text("too late"));
  at.server().stop(10ms);
  at.destroy();
  first(text("twice"));
  second(text("much too late"));
}

TEST(http_server, may_be_destroyed_while_answers_are_given) {
  for (int i = 0; i < 20; ++i) {
    held calls;
    running at{calls.handler()};
    client one{at.port()};
    one.get("/");
    std::thread answering{[done = calls.take()] { done(text("racing")); }};
    at.destroy();
    answering.join();
  }
}

TEST(http_server, may_be_stopped_before_it_starts) {
  http_server never{quiet(), echo};
  never.refuse_new();
  never.stop(patience);
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
