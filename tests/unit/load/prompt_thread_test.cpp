#include "runtime/load/prompt_thread.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace acta::internal::load {
namespace {

bool may_be_prompt() {
  bool may = false;
  std::thread{[&] {
    const sched_param lowest{::sched_get_priority_min(SCHED_RR)};
    may = ::pthread_setschedparam(::pthread_self(), SCHED_RR, &lowest) == 0;
  }}.join();
  return may;
}

int policy_of_this_thread() { return ::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK; }

TEST(prompt_thread, goes_before_ordinary_ones_while_it_lives_if_it_may) {
  {
    const prompt_thread tested;
    EXPECT_EQ(policy_of_this_thread(), may_be_prompt() ? SCHED_RR : SCHED_OTHER);
  }
  EXPECT_EQ(policy_of_this_thread(), SCHED_OTHER);
}

TEST(prompt_thread, starts_ordinary_ones) {
  const prompt_thread tested;
  int of_started = -1;
  std::thread{[&] { of_started = policy_of_this_thread(); }}.join();
  EXPECT_EQ(of_started, SCHED_OTHER);
}

}  // namespace
}  // namespace acta::internal::load
