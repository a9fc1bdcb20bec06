// A thread that wants little of the processor, but at once.
#pragma once

#include <pthread.h>
#include <sched.h>

namespace acta::internal::load {

/// While it lives, the thread that made it goes before all ordinary ones as soon as it wakes, if
/// the process may ask for that (Linux: CAP_SYS_NICE, or `ulimit -r`). Of those, the kernel lets
/// one wait for 4 to 9 ms once in a thousand times if as many others want the processor as have it,
/// whatever their nice values: a generator of 10,000 operations/s is late with 1 % of them then.
/// Threads that it starts are ordinary ones.
class prompt_thread {
public:
  prompt_thread() {
    const sched_param lowest{::sched_get_priority_min(SCHED_RR)};
    is_prompt_ =
        ::pthread_setschedparam(::pthread_self(), SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;
  }
  prompt_thread(const prompt_thread&) = delete;
  prompt_thread& operator=(const prompt_thread&) = delete;
  ~prompt_thread() {
    const sched_param ordinary{};
    if (is_prompt_) (void)::pthread_setschedparam(::pthread_self(), SCHED_OTHER, &ordinary);
  }

private:
  bool is_prompt_ = false;
};

}  // namespace acta::internal::load
