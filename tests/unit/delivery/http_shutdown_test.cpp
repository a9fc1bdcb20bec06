// How the HTTP server ends.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace std::chrono_literals;
using testing::client;
using testing::echo;
using testing::held;
using testing::patience;
using testing::quiet;
using testing::running;
using testing::text;

TEST(http_server, answers_what_is_under_way_when_it_stops) {
  held calls;
  running at{calls.handler()};
  client asking{at.port()}, idle{at.port()};
  idle.get("/");
  calls.take()(text("idle"));
  EXPECT_EQ(idle.receive().body, "idle");
  asking.get("/");
  const auto done = calls.take();
  std::thread stopping{[&] { EXPECT_EQ(at.server().stop(patience), 0U); }};
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
  half.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
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
  EXPECT_EQ(at.server().stop(10ms), 2U);
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

}  // namespace
}  // namespace acta
