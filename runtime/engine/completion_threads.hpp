// The threads on which answers leave, so that a callback may take its time: it holds up the later
// answers of its own stream, and nothing else.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/engine/completion_queue.hpp"

namespace acta::internal {

/// How many threads, and when.
struct completion_limits {
  std::size_t least = 2;
  std::size_t most = 16;
  /// One more is started when all are busy and an answer has waited for so long.
  std::chrono::milliseconds add_after{100};
  /// One beyond the least ends when it had nothing to do for so long.
  std::chrono::milliseconds end_after{5'000};
};

/// Any thread.
class completion_threads final : public completions {
public:
  /// Hears that an answer has waited: one more thread was started, and there are so many now; or
  /// `no_more` will be, and it waits on, which is told once until there are fewer. `stream` is that
  /// of the answer. On a thread of its own.
  using told_of_more =
      std::function<void(std::size_t threads, bool no_more, const std::string& stream)>;

  /// Throws std::system_error if the least threads cannot be had.
  explicit completion_threads(completion_limits limits = {}, told_of_more tell = {});
  completion_threads(const completion_threads&) = delete;
  completion_threads& operator=(const completion_threads&) = delete;
  ~completion_threads() override { stop(); }

  void post(std::span<completion_ptr> batch) override;
  using completions::post;
  /// Waits until all that was posted has completed, and ends the threads. What is posted later
  /// completes on the thread that posts it.
  void stop();

  /// Nothing waits and nothing completes.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::size_t threads() const;
  /// Threads that were started beyond the least, ever.
  [[nodiscard]] std::size_t added() const;

private:
  using guard = std::unique_lock<std::mutex>;
  /// How many threads there are. Under the lock.
  [[nodiscard]] std::size_t running() const;
  void add_thread(guard& lock);
  void run(std::size_t slot);
  /// Completes what waits, until nothing may complete any more.
  void complete_all(guard& lock);
  /// Waits for work. False: this thread is to end.
  bool wait_for_work(guard& lock);
  /// What is to be notified, of one thread: an idle one; or the watch, if there is none.
  [[nodiscard]] std::condition_variable* due_to_wake();
  void watch();
  /// Tells of the answer that has waited longest. Lets go of the lock meanwhile.
  void tell(guard& lock, bool no_more);
  void end_threads();

  const completion_limits limits_;
  const told_of_more tell_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable all_busy_;
  completion_queue queue_;
  struct slot {
    std::thread thread;
    bool ended = false;
  };
  std::vector<slot> slots_;
  std::size_t added_ = 0;
  std::size_t idle_ = 0;
  std::size_t starting_ = 0;   // threads that have not looked at the queue yet
  bool waking_ = false;        // an idle thread was notified, and will look at the queue
  bool watch_sleeps_ = false;  // until it is told that all are busy
  bool stopping_ = false;
  bool stopped_ = false;
  std::thread watch_;
};

}  // namespace acta::internal
