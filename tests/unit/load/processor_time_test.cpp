#include "runtime/load/processor_time.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

void burn(nanoseconds time) {
  const auto end = thread_processor_time() + time;
  while (thread_processor_time() < end) {
  }
}

TEST(processor_time, counts_what_the_process_and_the_thread_burn) {
  const auto process = own_processor_time();
  const auto thread = thread_processor_time();
  burn(30ms);
  EXPECT_GE(own_processor_time() - process, 30ms);
  EXPECT_GE(thread_processor_time() - thread, 30ms);
}

TEST(processor_time, of_a_thread_leaves_out_the_others) {
  const auto process = own_processor_time();
  const auto thread = thread_processor_time();
  std::thread{[] { burn(60ms); }}.join();
  EXPECT_GE(own_processor_time() - process, 60ms);
  EXPECT_LT(thread_processor_time() - thread, 60ms);
}

/// Calls `look` on a child that burned 100 ms, holds 64 MiB, and sleeps.
template <class Look>
void look_at_child(Look look) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::vector<char> held(64U << 20U, 1);
    burn(100ms);
    const char done = held[held.size() / 2];
    if (::write(ready[1], &done, 1) == 1)
      for (;;) ::pause();
    ::_exit(1);
  }
  char done = 0;
  ASSERT_EQ(::read(ready[0], &done, 1), 1);
  look(child);
  ::kill(child, SIGKILL);
  siginfo_t how{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &how, WEXITED | WNOWAIT), 0);
  EXPECT_GE(processor_time_of(child).value_or(0ns), 90ms);  // it is dead, and nobody waited
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(processor_time_of(child));
  EXPECT_FALSE(peak_memory_of(child));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(processor_time, of_another_process_is_its_own) {
  look_at_child([](pid_t child) {
    const auto time = processor_time_of(child);
    ASSERT_TRUE(time);
    EXPECT_GE(*time, 90ms);  // a tick less than it burned
    EXPECT_LT(*time, 60s);
    EXPECT_GE(peak_memory_of(child).value_or(0), 64U << 20U);
  });
}

TEST(processor_time, of_this_process_is_the_same_seen_from_outside) {
  burn(50ms);
  const auto outside = processor_time_of(::getpid());
  ASSERT_TRUE(outside);
  EXPECT_GE(*outside, 30ms);
  EXPECT_LE(*outside, own_processor_time() + 20ms);
}

TEST(processor_time, of_no_process_is_nothing) {
  for (const pid_t nobody : {-1, 0, 0x7fffffff}) {
    EXPECT_FALSE(processor_time_of(nobody)) << nobody;
    EXPECT_FALSE(peak_memory_of(nobody)) << nobody;
  }
}

TEST(peak_memory, grows_with_what_is_touched_and_stays) {
  const auto before = own_peak_memory();
  {
    std::vector<char> held(before + (64U << 20U), 1);
    ASSERT_EQ(held.back(), 1);
  }
  EXPECT_GE(own_peak_memory(), before + (60U << 20U));
  EXPECT_GE(peak_memory_of(::getpid()).value_or(0), before + (60U << 20U));
}

}  // namespace
}  // namespace acta::internal::load
