// A thread beside the server's, for what takes longer.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace acta::internal {

/// Runs jobs one after another; a bounded number of them waits. The thread starts with the first
/// job. post() and stop() are called by one thread at a time.
class job_thread {
public:
  using job = std::function<void()>;

  explicit job_thread(std::size_t most_waiting) : most_waiting_{most_waiting} {}
  job_thread(const job_thread&) = delete;
  job_thread& operator=(const job_thread&) = delete;
  ~job_thread() { stop(); }

  /// Returns false if too many jobs wait, or there can be no thread. `work` must not throw.
  [[nodiscard]] bool post(job work) {
    if (!start()) return false;
    {
      const std::lock_guard lock{mutex_};
      if (stopped_ || waiting_.size() >= most_waiting_) return false;
      waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
  }

  /// Waits for the job that runs, and lets go of those that wait.
  void stop() {
    std::deque<job> never_run;
    {
      const std::lock_guard lock{mutex_};
      stopped_ = true;
      never_run.swap(waiting_);
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

private:
  bool start() {
    try {
      if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }
  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      auto work = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      work();
      work = {};
      lock.lock();
    }
  }

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> waiting_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace acta::internal
