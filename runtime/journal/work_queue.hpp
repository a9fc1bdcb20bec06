// How threads hand work to one another.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace acta::internal {

/// A queue that some threads fill and others empty until it is closed.
template <class T>
class work_queue {
public:
  void push(T item) { push_to(items_, std::move(item)); }
  /// Before all that push() has queued. For take_one() only.
  void push_urgent(T item) { push_to(urgent_, std::move(item)); }
  /// Everything that is there, at least one; nothing once it is closed and empty. Calls `idle`
  /// each time it has waited for `interval`.
  template <class Idle>
  std::deque<T> take_all(std::chrono::milliseconds interval, Idle idle) {
    std::unique_lock lock{mutex_};
    while (!ready_.wait_for(lock, interval, [this] { return closed_ || !items_.empty(); })) {
      lock.unlock();
      idle();
      lock.lock();
    }
    return std::exchange(items_, {});
  }
  std::optional<T> take_one() {
    std::unique_lock lock{mutex_};
    ready_.wait(lock, [this] { return closed_ || !items_.empty() || !urgent_.empty(); });
    auto& from = urgent_.empty() ? items_ : urgent_;
    if (from.empty()) return std::nullopt;
    T item = std::move(from.front());
    from.pop_front();
    return item;
  }
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    ready_.notify_all();
  }

private:
  void push_to(std::deque<T>& queue, T item) {
    {
      const std::lock_guard lock{mutex_};
      queue.push_back(std::move(item));
    }
    ready_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;
  std::deque<T> urgent_;
  bool closed_ = false;
};

}  // namespace acta::internal
