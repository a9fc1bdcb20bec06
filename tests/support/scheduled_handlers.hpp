// Threads of subscriptions on a deterministic scheduler: each job is an actor that runs once, so
// that chance decides when it does, as with any other actor. A test may hold all jobs: their
// handlers block then.
#pragma once

#include <caf/actor_system.hpp>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "actors/ports/handler_threads.hpp"

namespace acta::testing {

using namespace internal;

class scheduled_handlers final : public handler_threads {
public:
  /// Before start(); it outlives the jobs.
  void run_on(caf::actor_system& system) { system_ = &system; }

  result<std::unique_ptr<handler_thread>> start() override {
    if (there_are_none) return error{errc::overloaded, "no thread"};
    ++running_;
    return std::unique_ptr<handler_thread>{std::make_unique<thread>(*this)};
  }

  void hold() { held_ = true; }
  void release() {
    held_ = false;
    for (const auto& one : std::exchange(waiting_, {})) schedule(one);
  }
  /// Jobs that are held.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// Threads that have not ended.
  [[nodiscard]] std::size_t running() const { return running_; }

  bool there_are_none = false;

private:
  using jobs = std::deque<std::function<void()>>;

  class thread final : public handler_thread {
  public:
    explicit thread(scheduled_handlers& in) : in_{&in} {}
    thread(const thread&) = delete;
    thread& operator=(const thread&) = delete;
    ~thread() override { --in_->running_; }
    void run(std::function<void()> what) override {
      jobs_->push_back(std::move(what));
      in_->added(jobs_);
    }

  private:
    scheduled_handlers* in_;
    std::shared_ptr<jobs> jobs_ = std::make_shared<jobs>();
  };

  void added(const std::shared_ptr<jobs>& to) {
    if (held_)
      waiting_.push_back(to);
    else
      schedule(to);
  }
  /// Whichever of a thread's actors comes first runs the oldest job.
  void schedule(const std::shared_ptr<jobs>& of) {
    system_->spawn([of] {
      auto oldest = std::move(of->front());
      of->pop_front();
      oldest();
    });
  }

  caf::actor_system* system_ = nullptr;
  bool held_ = false;
  std::size_t running_ = 0;
  std::vector<std::shared_ptr<jobs>> waiting_;  // once for each job
};

}  // namespace acta::testing
