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
}

subscription_shell::subscription_shell(shell::self_ptr self, subscription_parameters with)
    : self_{self}, with_{std::move(with)} {}

caf::behavior subscription_shell::make_behavior() {
  shell::install_handlers(self_);
  read();
  return {
      [this](log_page& page) { take(page); },
      [this](log_advanced&) { read(); },
      // The journal actor that was to tell us of more may have been restarted since.
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
  shell::post(
      self_, with_.journal_actor(),
      watch_log{{with_.from.partition, with_.from.offset - 1}, caf::actor_cast<caf::actor>(self_)});
}

}  // namespace acta
