#include "actors/journal/subscriber.hpp"

#include <string>
#include <utility>

#include "actors/model/guard.hpp"

namespace acta::internal {

namespace {

/// Only within a catch block.
error handler_failed(const recorded_event& event) {
  return {errc::dropped, "the handler threw at position " + std::to_string(event.position.offset) +
                             ": " + thrown_text()};
}

}  // namespace

void subscriber::begin_after(position last) {
  partition_ = last.partition;
  handled_ = last.offset;
}

void subscriber::begin_at(position first) { begin_after(first.before()); }

result<void> subscriber::handle(const std::vector<recorded_event>& events, users_code* users) {
  for (const auto& event : events) {
    const std::lock_guard lock{mutex_};
    // Before it looks whether it was cancelled: active() must see one of the two.
    running_ = true;
    if (!goes_on()) {
      running_ = false;
      return {};
    }
    const users_code::call now{
        users, "the handler of a subscription", {}, nullptr, event.position.offset};
    auto outcome = handle(event);
    running_ = false;
    if (!outcome) return outcome;
  }
  return {};
}

result<void> subscriber::handle(const recorded_event& event) {
  return catching_all(
      [&]() -> result<void> {
        handler_(event);
        handled_ = event.position.offset;
        return {};
      },
      [&]() -> result<void> { return failed_.emplace(handler_failed(event)); });
}

void subscriber::cancel() {
  // Before the lock, which a thread with many events to handle would seldom leave to others.
  cancelled_ = true;
  const std::lock_guard lock{mutex_};
  if (end_) std::exchange(end_, nullptr)();
}

void subscriber::started(std::function<void()> end) {
  const std::lock_guard lock{mutex_};
  if (cancelled_) return end();
  end_ = std::move(end);
}

void subscriber::stopped(const error& why, users_code* users) {
  const std::lock_guard lock{mutex_};
  end_ = nullptr;
  if (stopped_.exchange(true) || cancelled_ || !told_of_end_) return;
  const users_code::call now{users, "the end handler of a subscription"};
  catching_all(
      // A handler that threw is the reason, also where the node ended before it knew.
      [&] { std::exchange(told_of_end_, nullptr)(of_a_read(failed_.value_or(why))); },
      [] {});  // there is nobody left to tell
}

}  // namespace acta::internal
