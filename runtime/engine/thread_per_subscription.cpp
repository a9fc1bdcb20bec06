#include "runtime/engine/thread_per_subscription.hpp"

#include <deque>
#include <system_error>
#include <utility>

namespace acta::internal {

using job = std::function<void()>;

/// What one thread is to do.
struct thread_per_subscription::jobs {
  void add(job one) {
    const std::lock_guard lock{mutex};
    waiting.push_back(std::move(one));
    changed.notify_one();
  }
  void no_more() {
    const std::lock_guard lock{mutex};
    closed = true;
    changed.notify_one();
  }
  /// Waits for the next; empty: there is none, and will be none.
  job next() {
    std::unique_lock lock{mutex};
    changed.wait(lock, [this] { return closed || !waiting.empty(); });
    if (waiting.empty()) return {};
    auto first = std::move(waiting.front());
    waiting.pop_front();
    return first;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<job> waiting;
  bool closed = false;
};

class thread_per_subscription::thread final : public handler_thread {
public:
  explicit thread(std::shared_ptr<jobs> all) : all_{std::move(all)} {}
  thread(const thread&) = delete;
  thread& operator=(const thread&) = delete;
  ~thread() override { all_->no_more(); }
  void run(job what) override { all_->add(std::move(what)); }

private:
  const std::shared_ptr<jobs> all_;
};

result<std::unique_ptr<handler_thread>> thread_per_subscription::start() {
  join_ended();
  auto all = std::make_shared<jobs>();
  std::unique_ptr<handler_thread> started = std::make_unique<thread>(all);
  const std::lock_guard lock{mutex_};
  threads one(1);
  try {
    one.front() = std::thread{[this, all, me = one.begin()] { run(*all, me); }};
  } catch (const std::system_error& why) {
    return error{errc::overloaded,
                 std::string{"the process can start no thread for a subscription: "} + why.what()};
  }
  running_.splice(running_.end(), one);
  return started;
}

void thread_per_subscription::run(jobs& all, threads::iterator me) {
  while (auto next = all.next()) next();
  const std::lock_guard lock{mutex_};
  ended_.splice(ended_.end(), running_, me);
  ended_one_.notify_all();
}

bool thread_per_subscription::none() const {
  const std::lock_guard lock{mutex_};
  return running_.empty();
}

void thread_per_subscription::wait() {
  {
    std::unique_lock lock{mutex_};
    ended_one_.wait(lock, [this] { return running_.empty(); });
  }
  join_ended();
}

void thread_per_subscription::join_ended() {
  threads ended;
  {
    const std::lock_guard lock{mutex_};
    ended.swap(ended_);
  }
  for (auto& one : ended) one.join();
}

}  // namespace acta::internal
