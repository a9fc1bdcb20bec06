#include "actors/journal/subscription_actor.hpp"

#include <algorithm>

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

void subscriber::begin_at(position first) {
  begin_after({first.partition, first.offset - std::min<std::uint64_t>(first.offset, 1)});
}

result<bool> subscriber::handle(const recorded_event& event) {
  const std::lock_guard lock{mutex_};
  if (cancelled_) return false;
  try {
    handler_(event);
  } catch (...) {
    return handler_failed(event);
  }
  handled_ = event.position.offset;
  return !cancelled_;
}

void subscriber::cancel() {
  const std::lock_guard lock{mutex_};
  cancelled_ = true;
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
  try {
    std::exchange(told_of_end_, nullptr)(of_a_read(why));
  } catch (...) {
    // There is nobody left to tell.
  }
}

subscription_shell::subscription_shell(shell::self_ptr self, subscription_parameters with)
    : self_{self}, with_{std::move(with)} {}

subscription_shell::~subscription_shell() { end({errc::shutting_down, "the node has ended"}); }

void subscription_shell::end(const error& why) { with_.to->stopped(why, with_.users); }

caf::behavior subscription_shell::make_behavior() {
  shell::install_handlers(self_);
  // A journal actor that ends forgets who watches it. Its successor will be there soon.
  self_->set_down_handler([this](const caf::down_msg&) {
    watched_ = nullptr;
    shell::post_to_self_after(self_, with_.journal_restart_pause, tick{});
  });
  with_.to->started([me = caf::actor_cast<caf::actor>(self_)] { shell::stop(me); });
  read();
  return {
      [this](log_page& page) { take(page); },
      [this](log_advanced&) { read(); },
      [this](tick&) { read(); },
  };
}

void subscription_shell::read() {
  // Woken by the old journal actor and again after its end: two pages would hold the same events.
  if (std::exchange(reading_, true)) return;
  with_.adapter->read_all(with_.from, with_.page_events,
                          [me = caf::actor_cast<caf::actor>(self_)](auto page) {
                            shell::post(me, log_page{std::move(page)});
                          });
}

result<bool> subscription_shell::handle(const recorded_event& event) {
  const users_code::call now{
      with_.users, "the handler of a subscription", {}, nullptr, event.position.offset};
  return with_.to->handle(event);
}

void subscription_shell::take(const log_page& read_page) {
  reading_ = false;
  // A subscriber must not take a gap for the end: on damage it stops where it is.
  if (!read_page.page) return give_up(read_page.page.error());
  for (const auto& event : read_page.page->events) {
    const auto handled = handle(event);
    if (!handled) return give_up(handled.error());
    if (!*handled) return self_->quit();
    with_.from = {event.position.partition, event.position.offset + 1};
  }
  if (!read_page.page->complete) return read();
  watch();
}

void subscription_shell::give_up(const error& why) {
  with_.watcher->observe({happening::subscription_ended, {}, {}, to_string(why.code)});
  end(why);
  self_->quit();
}

void subscription_shell::watch() {
  if (auto journal = with_.journal_actor(); journal != watched_) {
    if (watched_) self_->demonitor(watched_);
    watched_ = std::move(journal);
    self_->monitor(watched_);
  }
  shell::post(
      self_, watched_,
      watch_log{{with_.from.partition, with_.from.offset - 1}, caf::actor_cast<caf::actor>(self_)});
}

}  // namespace acta::internal
