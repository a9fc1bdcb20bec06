// What the bodies of many requests may take together while they are being received.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "runtime/delivery/body_room.hpp"
#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::client;
using testing::echo;
using ::testing::HasSubstr;
using testing::held;
using testing::patience;
using testing::quiet;
using testing::running;
using testing::text;

constexpr std::size_t one_body = 16 * 1024;

constexpr std::size_t small_body = body_room::free_bytes;  // takes no room
constexpr std::size_t next_body = small_body + 5;

/// Room for four bodies of the largest size.
http_options small() {
  auto how = quiet();
  how.max_body_bytes = one_body;
  how.max_receiving_bytes = 4 * (one_body - small_body);
  return how;
}

std::string header_of(std::size_t bytes) {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

/// Clients that have sent all of a body but its last byte.
class all_but_the_last_byte {
public:
  all_but_the_last_byte(std::uint16_t port, std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      all_.push_back(std::make_unique<client>(port));
      all_.back()->send(header_of(one_body) + std::string(one_body - 1, 'a'));
    }
  }
  int finish(std::size_t which) { return all_[which]->send("a").receive().status; }
  void hang_up() { all_.clear(); }

private:
  std::vector<std::unique_ptr<client>> all_;
};

/// The answer to a body, of which there comes one of this status sooner or later.
testing::received sooner_or_later(std::uint16_t port, std::size_t bytes, int status) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto answer = client{port}.post("/", std::string(bytes, 'b')).receive();
    if (answer.status == status || std::chrono::steady_clock::now() > until) return answer;
  }
}

TEST(http_bodies, that_do_not_fit_are_refused_before_they_are_sent) {
  running at{echo, small()};
  all_but_the_last_byte others{at.port(), 4};
  auto answer = sooner_or_later(at.port(), next_body, 503);
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("overloaded"));
  EXPECT_EQ(answer.headers["Retry-After"], "1");
  EXPECT_EQ(answer.headers["Connection"], "close");
  client patient{at.port()};
  patient.send(
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4101\r\n\r\n");
  EXPECT_EQ(patient.receive().status, 503);
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200) << "has no body";
  EXPECT_EQ(client{at.port()}.post("/", std::string(small_body, 'b')).receive().status, 200);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(others.finish(i), 200);
  EXPECT_EQ(sooner_or_later(at.port(), one_body, 200).status, 200);
}

TEST(http_bodies, that_outgrow_the_room_are_refused_while_they_are_sent) {
  running at{echo, small()};
  const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n";
  client chunked{at.port()};
  chunked.send(begin + "Transfer-Encoding: chunked\r\n\r\n");
  ASSERT_EQ(chunked.receive(false).status, 100);
  client declared{at.port()};
  declared.send(begin + "Content-Length: " + std::to_string(one_body) + "\r\n\r\n");
  ASSERT_EQ(declared.receive(false).status, 100);
  all_but_the_last_byte others{at.port(), 4};
  ASSERT_EQ(sooner_or_later(at.port(), next_body, 503).status, 503);
  chunked.send("1\r\na\r\n1005\r\n" + std::string(0x1005, 'a') + "\r\n");
  EXPECT_EQ(chunked.receive().status, 503);
  declared.send(std::string(next_body, 'a'));
  EXPECT_EQ(declared.receive().status, 503);
}

TEST(http_bodies, take_no_room_before_they_arrive) {
  running at{echo, small()};
  std::vector<std::unique_ptr<client>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<client>(at.port()));
    slow.back()->get("/");
    ASSERT_EQ(slow.back()->receive().status, 200);  // from now on it is idle
    slow.push_back(std::make_unique<client>(at.port()));
    slow.back()->send(header_of(one_body));
  }
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(client{at.port()}.post("/", std::string(one_body, 'b')).receive().status, 200);
}

TEST(http_bodies, give_their_room_back_when_their_client_hangs_up) {
  running at{echo, small()};
  for (int times = 0; times < 3; ++times) {
    all_but_the_last_byte others{at.port(), 4};
    ASSERT_EQ(sooner_or_later(at.port(), next_body, 503).status, 503);
    others.hang_up();
    EXPECT_EQ(sooner_or_later(at.port(), one_body, 200).status, 200);
  }
}

TEST(http_bodies, take_no_room_while_their_answers_are_waited_for) {
  held calls;
  running at{calls.handler(), small()};
  std::vector<std::unique_ptr<client>> waiting;
  std::vector<http_done> answers;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(std::make_unique<client>(at.port()));
    waiting.back()->post("/", std::string(one_body, 'b'));
    answers.push_back(calls.take());
    ASSERT_TRUE(answers.back()) << "the handler has what it needs of it";
  }
  for (const auto& answer : answers) answer(text("done"));
  for (const auto& one : waiting) EXPECT_EQ(one->receive().status, 200);
}

TEST(http_bodies, of_large_requests_take_room_until_they_have_been_read) {
  auto how = small();
  how.large_body_bytes = one_body - 1;
  std::promise<void> go_on;
  const auto wait = go_on.get_future().share();
  running at{[&](const http_call& call, const http_done& done) {
               if (call.body.size() == one_body) wait.wait();
               echo(call, done);
             },
             how};
  std::vector<std::unique_ptr<client>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::make_unique<client>(at.port()));
    waiting.back()->post("/", std::string(one_body, 'b'));
  }
  EXPECT_EQ(sooner_or_later(at.port(), next_body, 503).status, 503);
  go_on.set_value();
  for (const auto& one : waiting) EXPECT_EQ(one->receive().status, 200);
  EXPECT_EQ(sooner_or_later(at.port(), next_body, 200).status, 200);
}

TEST(http_bodies, may_each_be_as_large_as_all_together) {
  auto how = small();
  how.max_receiving_bytes = how.max_body_bytes;
  EXPECT_TRUE((http_server{how, echo}.bind().ok()));
  how.max_receiving_bytes = one_body - 1;
  EXPECT_EQ((http_server{how, echo}.bind().error().field), "max_receiving_bytes");
}

}  // namespace
}  // namespace acta
