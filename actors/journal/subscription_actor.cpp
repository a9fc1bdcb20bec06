#include "actors/journal/subscription_actor.hpp"

namespace acta {

bool subscriber::handle(const recorded_event& event) {
  const std::lock_guard lock{mutex_};
  if (cancelled_) return false;
  handler_(event);
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

void subscriber::stopped() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  end_ = nullptr;
}

bool subscriber::ended() const {
  const std::lock_guard lock{mutex_};
  return stopped_;
}

subscription_shell::subscription_shell(shell::self_ptr self, subscription_parameters with)
    : self_{self}, with_{std::move(with)} {}

subscription_shell::~subscription_shell() { with_.to->stopped(); }

caf::behavior subscription_shell::make_behavior() {
  shell::install_handlers(self_);
  // A journal actor that ends forgets who watches it. Its successor will be there soon.
  self_->set_down_handler([this](const caf::down_msg&) {
    watched_ = nullptr;
    shell::post_to_self_after(self_, with_.journal_restart_pause, tick{});
  });
  with_.to->started([me = caf::actor_cast<caf::actor>(self_)] { shell::end(me); });
  read();
  return {
      [this](log_page& page) { take(page); },
      [this](log_advanced&) { read(); },
      [this](tick&) { read(); },
  };
}

void subscription_shell::read() {
  with_.adapter->read_all(with_.from, with_.page_events,
                          [me = caf::actor_cast<caf::actor>(self_)](auto page) {
                            shell::post(me, log_page{std::move(page)});
                          });
}

void subscription_shell::take(const log_page& read_page) {
  // A subscriber must not take a gap for the end: on damage it stops where it is.
  if (!read_page.page) return self_->quit();
  for (const auto& event : read_page.page->events) {
    if (!with_.to->handle(event)) return self_->quit();
    with_.from = {event.position.partition, event.position.offset + 1};
  }
  if (!read_page.page->complete) return read();
  watch();
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

}  // namespace acta
