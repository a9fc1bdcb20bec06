#include "actors/protocol/ticket.hpp"

#include <gtest/gtest.h>

#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

class ticket_test : public ::testing::Test {
protected:
  request ask(std::size_t size = 1) {
    request asked;
    asked.type = &type;
    asked.deadline = time.now() + std::chrono::seconds{1};
    asked.bytes = size;
    return asked;
  }
  ticket_ptr admit(std::size_t size = 1) {
    return ticket::admit(gate, ask(size), [this](result<answer> got) {
      heard.push_back(got.ok() ? "ok" : std::string{to_string(got.error().code)});
    });
  }

  aggregate_type type = describe<testing::counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  std::shared_ptr<admission> gate = testing::only_gate(2, 100, time, watcher);
  std::vector<std::string> heard;
};

TEST_F(ticket_test, is_refused_beyond_the_number_of_credits) {
  auto first = admit();
  auto second = admit();
  EXPECT_FALSE(admit());
  EXPECT_EQ(gate->counts().rejected, 1U);
  EXPECT_TRUE(heard.empty()) << "who asked for it says so, not the ticket";
}

TEST_F(ticket_test, is_refused_beyond_the_bytes_of_credit) {
  auto first = admit(60);
  EXPECT_FALSE(admit(41));
  EXPECT_TRUE(admit(40));
}

TEST_F(ticket_test, takes_what_other_shards_do_not_use_and_leaves_each_a_quarter_of_its_share) {
  const auto of_node = std::make_shared<node_credits>(64, 6'400, 4);
  std::vector<std::shared_ptr<admission>> shards;
  for (int i = 0; i < 4; ++i) shards.push_back(std::make_shared<admission>(of_node, time, watcher));
  std::vector<ticket_ptr> held;
  const auto admitted_by = [&](const std::shared_ptr<admission>& shard, std::size_t size) {
    std::size_t count = 0;
    for (; auto one = ticket::admit(shard, ask(size), [](const auto&) {}); ++count)
      held.push_back(std::move(one));
    return count;
  };
  for (const std::size_t size : {1U, 100U}) {  // requests are what is short, then bytes too
    EXPECT_EQ(admitted_by(shards[0], size), 4U + 48U);
    for (const auto& other : {shards[1], shards[2], shards[3]})
      EXPECT_EQ(admitted_by(other, size), 4U);
    EXPECT_EQ(shards[0]->counts().outstanding_bytes, 52 * size);
    held.clear();
  }
  EXPECT_EQ(admitted_by(shards[1], 400), 1U + 12U)
      << "a refusal for want of bytes keeps no request";
  held.clear();
  EXPECT_EQ(admitted_by(shards[3], 1), 52U) << "all have come home";
}

TEST_F(ticket_test, gives_the_credit_back_before_it_calls_back) {
  std::uint64_t outstanding = 99;
  auto one =
      ticket::admit(gate, ask(), [&](const auto&) { outstanding = gate->counts().outstanding; });
  one->answer(answer{});
  EXPECT_EQ(outstanding, 0U);
}

TEST_F(ticket_test, counts_only_the_first_answer) {
  auto one = admit();
  one->answer(answer{});
  one->answer(error{errc::conflict, ""});
  EXPECT_EQ(heard, std::vector<std::string>{"ok"});
  EXPECT_EQ(gate->counts().answered, 1U);
}

TEST_F(ticket_test, answers_for_itself_when_it_is_lost) {
  admit();
  EXPECT_EQ(heard, std::vector<std::string>{"dropped"});
  EXPECT_EQ(gate->counts().dead_lettered, 1U);
  EXPECT_EQ(gate->counts().outstanding, 0U);
  EXPECT_EQ(watcher.count(happening::ticket_dropped), 1U);
}

TEST_F(ticket_test, lost_in_the_lane_it_leaves_the_outcome_open) {
  admit()->entered_lane();
  EXPECT_EQ(heard, std::vector<std::string>{"outcome_unknown"});
}

TEST_F(ticket_test, keeps_its_credit_after_its_deadline_while_it_is_queued) {
  auto one = admit();
  gate->expire();
  EXPECT_TRUE(heard.empty());
  time.advance(std::chrono::seconds{1});
  gate->expire();
  gate->expire();
  EXPECT_EQ(heard, std::vector<std::string>{"deadline_exceeded"});
  EXPECT_EQ(gate->counts().outstanding, 1U);
  one.reset();
  EXPECT_EQ(gate->counts().outstanding, 0U);
  EXPECT_EQ(gate->counts().answered, 1U);
  EXPECT_EQ(gate->counts().dead_lettered, 0U);
}

TEST_F(ticket_test, answers_shutting_down_when_the_gate_closes) {
  auto one = admit();
  gate->close();
  EXPECT_EQ(heard, std::vector<std::string>{"shutting_down"});
}

TEST_F(ticket_test, a_callback_that_throws_ends_nobody) {
  auto one = ticket::admit(gate, ask(), [](const auto&) { throw std::runtime_error{"bug"}; });
  EXPECT_NO_THROW(one->answer(answer{}));
  EXPECT_EQ(watcher.count(happening::callback_threw), 1U);
}

TEST_F(ticket_test, a_callback_may_send_the_next_request_on_the_last_credit) {
  auto other = admit();
  ticket_ptr next;
  auto one = ticket::admit(gate, ask(), [&](const auto&) { next = admit(); });
  one->answer(answer{});
  EXPECT_TRUE(next);
}

}  // namespace
}  // namespace acta
