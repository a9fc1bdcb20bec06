#include "runtime/delivery/amqp/deliveries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using act = deliveries::act;
using steps = std::vector<deliveries::step>;

const error busy{errc::overloaded, "no credit"};
const error unwritable{errc::read_only, "a write failed"};
const error no{errc::refused, "counts up only", "negative"};
const result<receipt> done{receipt{{1}, 1, false}};

class deliveries_test : public ::testing::Test {
protected:
  void take(deliveries::tag message, const std::string& line) { all.take(message, line, now); }
  void answer(deliveries::tag message, const result<receipt>& outcome) {
    all.answered(message, outcome, now);
  }
  /// Time passes to the next thing that waits.
  void wait() {
    ASSERT_TRUE(all.next_wake());
    now = *all.next_wake();
    all.wake(now);
  }

  deliveries::time_point now{};
  deliveries all{{.retry_for = 10min}};
};

TEST_F(deliveries_test, acknowledge_a_message_when_its_answer_is_there_and_not_before) {
  take(1, "a");
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::send, 1}));
  answer(1, done);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
  EXPECT_EQ(all.size(), 0u);
}

TEST_F(deliveries_test, acknowledge_a_repeat) {
  take(1, "a");
  (void)all.take_steps();
  answer(1, receipt{{1}, 1, true});
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
}

TEST_F(deliveries_test, send_those_of_one_aggregate_one_after_another) {
  take(1, "a");
  take(2, "a");
  take(3, "b");
  EXPECT_THAT(all.take_steps(),
              ElementsAre(deliveries::step{act::send, 1}, deliveries::step{act::send, 3}));
  answer(1, done);
  EXPECT_THAT(all.take_steps(),
              ElementsAre(deliveries::step{act::acknowledge, 1}, deliveries::step{act::send, 2}));
}

TEST_F(deliveries_test, keep_those_of_an_aggregate_behind_one_that_is_retried_and_let_others_pass) {
  take(1, "a");
  take(2, "a");
  (void)all.take_steps();
  answer(1, busy);
  EXPECT_THAT(all.take_steps(), IsEmpty());
  take(3, "b");
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::send, 3}));
  wait();
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::send, 1}));
  answer(1, done);
  EXPECT_THAT(all.take_steps(),
              ElementsAre(deliveries::step{act::acknowledge, 1}, deliveries::step{act::send, 2}));
}

TEST_F(deliveries_test, wait_longer_each_time_and_two_seconds_at_most) {
  take(1, "a");
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 10; ++i) {
    (void)all.take_steps();
    answer(1, busy);
    ASSERT_TRUE(all.next_wake());
    waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(*all.next_wake() - now));
    wait();
  }
  EXPECT_THAT(waits,
              ElementsAre(20ms, 40ms, 80ms, 160ms, 320ms, 640ms, 1280ms, 2000ms, 2000ms, 2000ms));
}

TEST_F(deliveries_test, do_not_send_again_before_the_wait_is_over) {
  take(1, "a");
  (void)all.take_steps();
  answer(1, busy);
  all.wake(now + 19ms);
  EXPECT_THAT(all.take_steps(), IsEmpty());
}

TEST_F(deliveries_test, make_a_dead_letter_of_what_is_refused_and_acknowledge_it_when_confirmed) {
  take(1, "a");
  take(2, "a");
  (void)all.take_steps();
  answer(1, no);
  EXPECT_THAT(all.take_steps(),
              ElementsAre(deliveries::step{act::publish, 1, no}, deliveries::step{act::send, 2}));
  EXPECT_EQ(all.size(), 2u);
  all.confirmed(1);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
  EXPECT_EQ(all.size(), 1u);
}

TEST_F(deliveries_test, make_a_dead_letter_of_what_cannot_be_read) {
  const error unreadable{errc::malformed, "is no JSON", {}, "body"};
  all.refuse(1, unreadable, now);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::publish, 1, unreadable}));
  all.confirmed(1);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
}

TEST_F(deliveries_test, make_a_dead_letter_of_what_was_retried_for_too_long) {
  take(1, "a");
  steps last;
  int tries = 0;
  for (last = all.take_steps(); last.front().what == act::send; last = all.take_steps()) {
    ++tries;
    answer(1, busy);
    if (all.next_wake()) wait();
  }
  EXPECT_EQ(last, (steps{{act::publish, 1, busy}}));
  EXPECT_GE(now.time_since_epoch(), 10min);
  EXPECT_LT(now.time_since_epoch(), 10min + 3s);
  EXPECT_GT(tries, 100);
}

TEST_F(deliveries_test, count_the_time_from_the_first_answer_that_may_pass) {
  take(1, "a");
  (void)all.take_steps();
  now += 15min;
  answer(1, busy);
  EXPECT_TRUE(all.next_wake());
  EXPECT_THAT(all.take_steps(), IsEmpty());
}

TEST_F(deliveries_test, make_no_dead_letter_while_the_journal_takes_no_writes) {
  take(1, "a");
  for (now = {}; now.time_since_epoch() < 15min;) {
    ASSERT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::send, 1}));
    answer(1, unwritable);
    wait();
  }
}

TEST_F(deliveries_test, give_back_what_was_held_so_long_that_the_broker_would_close_the_channel) {
  take(1, "a");
  (void)all.take_steps();
  now += 20min;
  answer(1, busy);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::give_back, 1}));
}

TEST_F(deliveries_test, give_back_what_was_not_sent_when_nothing_new_is_wanted) {
  take(1, "a");
  take(2, "a");
  take(3, "b");
  (void)all.take_steps();
  answer(3, busy);
  all.refuse_new();
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::give_back, 2},
                                            deliveries::step{act::give_back, 3}));
  take(4, "c");
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::give_back, 4}));
  EXPECT_EQ(all.sent(), 1u);
  answer(1, done);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
  EXPECT_EQ(all.size(), 0u);
}

TEST_F(deliveries_test, give_back_what_the_end_of_the_node_left_unanswered) {
  take(1, "a");
  (void)all.take_steps();
  all.refuse_new();
  answer(1, error{errc::shutting_down, "it ends"});
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::give_back, 1}));
}

TEST_F(deliveries_test, take_no_second_answer_and_none_to_what_they_do_not_know) {
  take(1, "a");
  (void)all.take_steps();
  answer(1, done);
  answer(1, done);
  answer(7, done);
  all.confirmed(1);
  EXPECT_THAT(all.take_steps(), ElementsAre(deliveries::step{act::acknowledge, 1}));
}

}  // namespace
}  // namespace acta::internal
