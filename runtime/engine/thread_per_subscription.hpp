// The handlers of each subscription on a thread of their own: what a node runs them on.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "actors/ports/handler_threads.hpp"
#include "runtime/journal/work_queue.hpp"

namespace acta::internal {

/// Any thread. Outlives every handler_thread it started.
class thread_per_subscription final : public handler_threads {
public:
  thread_per_subscription() = default;
  thread_per_subscription(const thread_per_subscription&) = delete;
  thread_per_subscription& operator=(const thread_per_subscription&) = delete;
  ~thread_per_subscription() override { wait(); }

  result<std::unique_ptr<handler_thread>> start() override;
  /// No thread runs any job, nor will.
  [[nodiscard]] bool none() const;
  /// Waits until every thread has ended.
  void wait();

private:
  class thread;
  using jobs = work_queue<std::function<void()>>;
  using threads = std::list<std::thread>;

  void run(jobs& all, threads::iterator me);
  void join_ended();

  mutable std::mutex mutex_;
  std::condition_variable ended_one_;
  threads running_;
  threads ended_;  // to be joined
};

}  // namespace acta::internal
