// The thread of the schedules: does jobs in the order in which they came, those that are for later
// at their time, and between them whatever is due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/ports/clock.hpp"

namespace acta::internal {

class work_thread {
public:
  using job = std::function<void()>;
  /// Does what is due now, and returns in how long there may be more; nothing: only after a job.
  using idle_work = std::function<std::optional<std::chrono::nanoseconds>()>;

  /// A wall clock that steps is noticed within this: `idle` is called so often while it has
  /// something to wait for.
  static constexpr std::chrono::nanoseconds longest_sleep = std::chrono::seconds{1};

  work_thread(const clock& time, idle_work idle) : time_{time}, idle_{std::move(idle)} {}
  work_thread(const work_thread&) = delete;
  work_thread& operator=(const work_thread&) = delete;
  ~work_thread() { stop(); }

  /// Any thread. Starts this one with the first job. `work` must not throw.
  void post(job work);
  /// Returns a callback, for any thread, after which `told` hears the answer on this one.
  template <class T>
  [[nodiscard]] std::function<void(result<T>)> hears(std::function<void(const result<T>&)> told) {
    return [this, told = std::move(told)](result<T> answer) {
      post([told, answer = std::move(answer)] { told(answer); });
    };
  }
  /// This thread only.
  void later(std::chrono::milliseconds in, job work);
  /// Does at once what was for later. This thread only.
  void hurry();
  /// Waits until what was posted is done, and does `last` then; at once, if nothing ever was.
  void finish(const job& last);
  /// Does what was posted, and ends the thread. No job may come after it.
  void stop();

private:
  void loop();
  /// In how long there may be something to do.
  std::optional<std::chrono::nanoseconds> work_off();

  const clock& time_;
  const idle_work idle_;
  std::multimap<std::chrono::steady_clock::time_point, job> later_;  // this thread's own
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<job> jobs_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace acta::internal
