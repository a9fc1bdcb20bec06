#include "runtime/schedule/work_thread.hpp"

#include <algorithm>
#include <future>
#include <utility>

namespace acta::internal {

void work_thread::post(job work) {
  {
    const std::lock_guard lock{mutex_};
    jobs_.push_back(std::move(work));
    if (!thread_.joinable()) thread_ = std::thread{[this] { loop(); }};
  }
  changed_.notify_one();
}

void work_thread::later(std::chrono::milliseconds in, job work) {
  later_.emplace(time_.now() + in, std::move(work));
}

void work_thread::hurry() {
  for (auto& [time, work] : std::exchange(later_, {})) work();
}

void work_thread::finish(const job& last) {
  {
    const std::lock_guard lock{mutex_};
    if (!thread_.joinable()) return;
  }
  std::promise<void> passed;
  post([&] {
    last();
    passed.set_value();
  });
  passed.get_future().wait();
}

void work_thread::stop() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::optional<std::chrono::nanoseconds> work_thread::work_off() {
  while (!later_.empty() && later_.begin()->first <= time_.now()) {
    const auto work = std::move(later_.begin()->second);
    later_.erase(later_.begin());
    work();
  }
  auto wait = idle_();
  if (wait) wait = std::min(*wait, longest_sleep);
  if (later_.empty()) return wait;
  const auto until = std::max<std::chrono::nanoseconds>(later_.begin()->first - time_.now(),
                                                        std::chrono::nanoseconds{0});
  return wait ? std::min(*wait, until) : until;
}

void work_thread::loop() {
  std::unique_lock lock{mutex_};
  for (;;) {
    while (!jobs_.empty()) {
      auto work = std::exchange(jobs_, {});
      lock.unlock();
      for (auto& one : work) one();
      work.clear();
      lock.lock();
    }
    if (ended_) return;
    lock.unlock();
    const auto idle = work_off();
    lock.lock();
    if (!jobs_.empty() || ended_) continue;
    if (idle)
      changed_.wait_for(lock, *idle);
    else
      changed_.wait(lock);
  }
}

}  // namespace acta::internal
