#include "runtime/engine/thread_per_subscription.hpp"

#include <system_error>
#include <utility>

namespace acta::internal {

class thread_per_subscription::thread final : public handler_thread {
public:
  explicit thread(std::shared_ptr<jobs> all) : all_{std::move(all)} {}
  thread(const thread&) = delete;
  thread& operator=(const thread&) = delete;
  ~thread() override { all_->close(); }
  void run(std::function<void()> what) override { all_->push(std::move(what)); }

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
  while (const auto next = all.take_one()) (*next)();
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
