#include "runtime/engine/completion_threads.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace acta::internal {

namespace {

using std::chrono::steady_clock;

std::string name_of(const completion& waiting) {
  const auto* stream = waiting.stream();
  return stream ? to_string(*stream) : std::string{"no stream"};
}

}  // namespace

completion_threads::completion_threads(completion_limits limits, told_of_more tell)
    : limits_{limits}, tell_{std::move(tell)} {
  try {
    guard lock{mutex_};
    while (running() < limits_.least) add_thread(lock);
    watch_ = std::thread{[this] { watch(); }};
  } catch (...) {
    end_threads();
    throw;
  }
}

void completion_threads::post(std::span<completion_ptr> batch) {
  const auto now = steady_clock::now();
  guard lock{mutex_};
  if (!stopped_) {
    queue_.push(batch, now);
    auto* due = due_to_wake();
    lock.unlock();
    if (due) due->notify_one();
    return;
  }
  lock.unlock();
  for (auto& one : batch) one->complete();
}

std::condition_variable* completion_threads::due_to_wake() {
  if (!queue_.waits()) return nullptr;
  if (idle_ == 0) return std::exchange(watch_sleeps_, false) ? &all_busy_ : nullptr;
  return std::exchange(waking_, true) ? nullptr : &work_;
}

void completion_threads::add_thread(guard&) {
  auto free = std::find_if(slots_.begin(), slots_.end(), [](const slot& one) { return one.ended; });
  if (free == slots_.end()) {
    slots_.emplace_back();
    free = slots_.end() - 1;
  }
  const auto at = static_cast<std::size_t>(free - slots_.begin());
  if (free->thread.joinable()) free->thread.join();  // it has left run() all but for its last line
  free->ended = true;                                // unless there is a thread
  free->thread = std::thread{[this, at] { run(at); }};
  free->ended = false;
  ++starting_;
}

void completion_threads::run(std::size_t at) {
  guard lock{mutex_};
  --starting_;
  do complete_all(lock);
  while (wait_for_work(lock));
  slots_[at].ended = true;
}

void completion_threads::complete_all(guard& lock) {
  completion_ptr completed;  // let go of outside the lock: its last holder destroys it
  for (auto job = queue_.next(); job;) {
    // While this one takes its time, others go on with what waits.
    auto* due = due_to_wake();
    lock.unlock();
    if (due) due->notify_one();
    job->what->complete();
    completed = std::move(job->what);
    lock.lock();
    if (job->what = queue_.finish(job->place); !job->what) job = queue_.next();
  }
  lock.unlock();
  completed = nullptr;
  lock.lock();
}

bool completion_threads::wait_for_work(guard& lock) {
  const auto until = steady_clock::now() + limits_.end_after;
  bool in_time = true;
  ++idle_;
  while (in_time && !stopping_ && !queue_.waits()) {
    in_time = work_.wait_until(lock, until) == std::cv_status::no_timeout;
    // Also if another thread was faster: else nobody would be woken any more.
    waking_ = false;
  }
  --idle_;
  return queue_.waits() || (!stopping_ && running() <= limits_.least);
}

void completion_threads::watch() {
  guard lock{mutex_};
  bool told_of_most = false;
  while (!stopping_) {
    const auto since = queue_.waits_since();
    const bool most = running() >= limits_.most;
    told_of_most = told_of_most && most;
    // One that was started takes the oldest answer: before that nobody knows if more are needed.
    if (!since || idle_ > 0 || starting_ > 0 || told_of_most) {
      watch_sleeps_ = true;
      all_busy_.wait(lock, [this] { return stopping_ || !watch_sleeps_; });
      continue;
    }
    if (steady_clock::now() < *since + limits_.add_after) {
      all_busy_.wait_until(lock, *since + limits_.add_after, [this] { return stopping_; });
      continue;
    }
    if (most) {
      told_of_most = true;
      tell(lock, true);
      continue;
    }
    try {
      add_thread(lock);
    } catch (const std::system_error&) {
      all_busy_.wait_for(lock, limits_.add_after, [this] { return stopping_; });
      continue;
    }
    ++added_;
    tell(lock, false);
  }
}

void completion_threads::tell(guard& lock, bool no_more) {
  if (!tell_) return;
  const auto waiting = name_of(queue_.oldest());
  const auto now = running();
  lock.unlock();
  tell_(now, no_more, waiting);
  lock.lock();
}

void completion_threads::end_threads() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  work_.notify_all();
  all_busy_.notify_all();
  if (watch_.joinable()) watch_.join();
  for (auto& one : slots_)
    if (one.thread.joinable()) one.thread.join();
}

void completion_threads::stop() {
  end_threads();
  guard lock{mutex_};
  stopped_ = true;
  complete_all(lock);  // what came while the last threads were ending
}

bool completion_threads::idle() const {
  const std::lock_guard lock{mutex_};
  return queue_.idle();
}

std::size_t completion_threads::running() const {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const slot& one) { return !one.ended; }));
}

std::size_t completion_threads::threads() const {
  const std::lock_guard lock{mutex_};
  return running();
}

std::size_t completion_threads::added() const {
  const std::lock_guard lock{mutex_};
  return added_;
}

}  // namespace acta::internal
