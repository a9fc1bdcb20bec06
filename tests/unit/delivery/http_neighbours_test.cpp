// What one client of a node over HTTP feels of the others: of those that leave while they wait, and
// of those that send large bodies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "runtime/delivery/api.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace std::chrono_literals;
using testing::client;
using testing::complaints;
using testing::counter;
using testing::echo;
using ::testing::HasSubstr;
using testing::patience;
using testing::quiet;
using testing::running;
using testing::text;

/// A node behind a server. Nobody gives up waiting by himself.
class http_neighbours : public ::testing::Test {
protected:
  http_neighbours() { node_.host<counter>(); }

  static options settings() {
    auto how = in_memory();
    how.worker_threads = 2;
    how.shard_count = 1;
    how.credits = 64;
    how.default_deadline = std::chrono::hours{1};
    return how;
  }
  static std::string view(const std::string& id, const std::string& query = "") {
    return "/v1/test.counter/" + id + query;
  }
  int add(const std::string& id) {
    return client{at_.port()}.post(view(id) + "/add", R"({"amount": 1})").receive().status;
  }
  /// Asks again and again, until the answer has this status.
  static bool comes_to(client& asking, const std::string& target, int status) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until)
      if (asking.get(target).receive().status == status) return true;
    return false;
  }

  const site every_name_{"0.0.0.0", {}};
  node node_{settings()};
  running at_{[this](const http_call& call, http_done done) {
    answer_call(node_, call, std::move(done), every_name_);
  }};
};

TEST_F(http_neighbours, have_the_places_of_those_that_left_while_they_waited_for_a_version) {
  ASSERT_EQ(add("c"), 200);
  client healthy{at_.port()};
  {
    std::vector<std::unique_ptr<client>> leaving;
    // The healthy client may have the last place while the last of them asks for it.
    int status = 200;
    for (int i = 0; status == 200 && i < 1'000; ++i) {
      leaving.push_back(std::make_unique<client>(at_.port()));
      leaving.back()->get(view("c", "?at_least=1000000"));
      status = healthy.get(view("c")).receive().status;
    }
    ASSERT_EQ(status, 503) << "all places are taken";
  }
  EXPECT_TRUE(comes_to(healthy, view("c"), 200));
}

TEST_F(http_neighbours, have_the_places_of_those_that_sent_so_much_that_their_end_is_not_seen) {
  ASSERT_EQ(add("c"), 200);
  const std::string ahead(100'000, 'x');
  std::vector<std::unique_ptr<client>> waiting;
  for (int i = 0; i < 74; ++i) {
    waiting.push_back(std::make_unique<client>(at_.port()));
    waiting.back()->get(view("c", "?at_least=1000000")).send(ahead);
  }
  client healthy{at_.port()};
  EXPECT_TRUE(comes_to(healthy, view("c"), 200));
  const auto status = waiting.front()->receive().status;
  EXPECT_TRUE(status == 504 || status == 503) << status;
}

TEST_F(http_neighbours, that_ended_their_input_are_answered_what_need_not_be_waited_for) {
  for (int i = 0; i < 50; ++i) {
    const auto id = std::to_string(i);
    client writing{at_.port()};
    writing.post(view(id) + "/add", R"({"amount": 1})").end_input();
    ASSERT_EQ(writing.receive().status, 200);
    for (const auto* query : {"", "?at_least=1", "?from=aggregate"})
      ASSERT_EQ(client{at_.port()}.get(view(id, query)).end_input().receive().status, 200) << query;
  }
}

TEST_F(http_neighbours, may_send_their_next_request_while_they_wait) {
  ASSERT_EQ(add("c"), 200);
  client waiting{at_.port()};
  waiting.get(view("c", "?at_least=2")).get("/healthz");
  ASSERT_EQ(add("c"), 200);
  EXPECT_THAT(waiting.receive().body, HasSubstr("\"version\":2"));
  EXPECT_EQ(waiting.receive().body, "alive\n");
  EXPECT_EQ(waiting.get("/healthz").receive().status, 200) << "the connection goes on";
  // The end of the input is seen behind it, and again when nothing else is there to be read.
  waiting.get(view("c", "?at_least=99")).get("/healthz").end_input();
  EXPECT_EQ(waiting.receive().status, 504);
  EXPECT_EQ(waiting.receive().status, 200);
  EXPECT_TRUE(waiting.closed());
}

/// How often one client asks at all, and how long it waits: alone, and beside large bodies.
class medians : public http_neighbours {
protected:
  using clock = std::chrono::steady_clock;
  using durations = std::vector<clock::duration>;

  static std::string body_that_does_not_fit() {
    std::string body = R"({"amount": 1)";
    for (int i = 0; i < 90'000; ++i) body += ",\"k" + std::to_string(i) + "\":1";
    return body + "}";
  }
  static clock::duration median(durations& all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle;
  }
  clock::duration ask() {
    const auto began = clock::now();
    EXPECT_EQ(healthy_.get(view("c")).receive().status, 200);
    return clock::now() - began;
  }
  void ask_alone(durations& waits) {
    for (const auto until = clock::now() + 200ms; clock::now() < until;) waits.push_back(ask());
  }
  void ask_beside_large_bodies(durations& waits) {
    auto next = clock::now();
    for (const auto until = next + 200ms; clock::now() < until;) {
      const bool with_large = clock::now() >= next;
      if (with_large) large_.post(view("c") + "/add", body_);
      waits.push_back(ask());
      if (!with_large) continue;
      next += 45ms;
      EXPECT_THAT(large_.receive().body, HasSubstr("is not a known field"));
    }
  }

private:
  const std::string body_ = body_that_does_not_fit();
  client healthy_{at_.port()}, large_{at_.port()};
};

TEST_F(medians, of_a_client_are_hardly_longer_beside_large_bodies_that_do_not_fit) {
  ASSERT_EQ(add("c"), 200);
  // While the server's thread reads such a body, they are a hundred times as long. What else the
  // machine does may make them twice as long now and then.
  bool hardly_longer = false;
  for (int attempt = 0; attempt < 5 && !hardly_longer; ++attempt) {
    durations alone, beside;
    for (int round = 0; round < 3; ++round) {
      ask_alone(alone);
      ask_beside_large_bodies(beside);
    }
    hardly_longer = median(beside) < 2 * median(alone);
  }
  EXPECT_TRUE(hardly_longer);
}

/// A handler that stands still at large bodies until it is told to go on.
class standing_still {
public:
  http_server::handler handler() {
    return [this](const http_call& call, const http_done& done) {
      if (call.body.size() > 1'000) {
        entered_.set_value();
        go_on_.get_future().wait();
        is_over_ = true;
      }
      done(text(std::to_string(call.body.size())));
    };
  }
  bool is_reached() {
    return entered_.get_future().wait_for(patience) == std::future_status::ready;
  }
  void go_on() { go_on_.set_value(); }
  [[nodiscard]] bool is_over() const { return is_over_; }

private:
  std::promise<void> entered_, go_on_;
  std::atomic<bool> is_over_{false};
};

const std::string large_body(100'000, 'a');

TEST(http_server, handles_large_bodies_beside_all_others) {
  standing_still calls;
  running at{calls.handler()};
  client large{at.port()};
  large.post("/", large_body);
  ASSERT_TRUE(calls.is_reached());
  EXPECT_EQ(client{at.port()}.post("/", "small").receive().body, "5");
  calls.go_on();
  EXPECT_EQ(large.receive().body, "100000");
  EXPECT_EQ(large.post("/", "hi").receive().body, "2") << "the connection goes on";
}

TEST(http_server, bounds_the_large_bodies_that_wait) {
  auto how = quiet();
  how.max_large_waiting = 0;
  running at{echo, how};
  client one{at.port()};
  const auto refused = one.post("/", large_body).receive();
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("overloaded"));
  EXPECT_EQ(one.post("/", "small").receive().status, 200);
}

TEST(http_server, answers_for_a_handler_that_throws_at_a_large_body) {
  complaints heard;
  auto how = quiet();
  how.complain = heard.listener();
  running at{[](const http_call&, const http_done&) { throw std::runtime_error{"secret"}; }, how};
  EXPECT_EQ(client{at.port()}.post("/", large_body).receive().status, 500);
  EXPECT_EQ(heard.first(), "a handler threw: secret");
}

TEST(http_server, waits_for_the_handler_of_a_large_body_when_it_is_destroyed) {
  standing_still calls;
  running at{calls.handler()};
  client large{at.port()};
  large.post("/", large_body);
  ASSERT_TRUE(calls.is_reached());
  std::thread releasing{[&] { calls.go_on(); }};
  at.destroy();
  EXPECT_TRUE(calls.is_over());
  releasing.join();
}

}  // namespace
}  // namespace acta
