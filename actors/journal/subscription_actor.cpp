#include "actors/journal/subscription_actor.hpp"

namespace acta::internal {

subscription_shell::subscription_shell(shell::self_ptr self, subscription_parameters with)
    : self_{self}, with_{std::move(with)}, state_{with_.from, *this} {}

subscription_shell::~subscription_shell() { tell_end({errc::shutting_down, "the node has ended"}); }

caf::behavior subscription_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg&) {
    watched_ = nullptr;
    state_.journal_ended();
  });
  with_.to->started([me = caf::actor_cast<caf::actor>(self_)] { shell::stop(me); });
  state_.start();
  return {
      [this](log_page& read) { state_.page_read(std::move(read.page)); },
      [this](const page_handled& told) { state_.page_handled(told.outcome); },
      [this](log_advanced&) { state_.advanced(); },
      [this](tick&) { state_.pause_is_over(); },
  };
}

void subscription_shell::read(position from) {
  with_.adapter->read_all(from, with_.page_events,
                          [me = caf::actor_cast<caf::actor>(self_)](auto page) {
                            shell::post(me, log_page{std::move(page)});
                          });
}

void subscription_shell::handle(std::vector<recorded_event> events) {
  with_.thread->run([to = with_.to, users = with_.users, events = std::move(events),
                     me = caf::actor_cast<caf::actor>(self_)] {
    shell::post(me, page_handled{to->handle(events, users)});
  });
}

void subscription_shell::watch(position after) {
  if (auto journal = with_.journal_actor(); journal != watched_) {
    if (watched_) self_->demonitor(watched_);
    watched_ = std::move(journal);
    self_->monitor(watched_);
  }
  shell::post(self_, watched_, watch_log{after, caf::actor_cast<caf::actor>(self_)});
}

void subscription_shell::pause() {
  shell::post_to_self_after(self_, with_.journal_restart_pause, tick{});
}

void subscription_shell::end(const error& why) {
  with_.watcher->observe({happening::subscription_ended, {}, {}, to_string(why.code)});
  tell_end(why);
  self_->quit();
}

void subscription_shell::tell_end(const error& why) {
  with_.to->ending();
  with_.thread->run([to = with_.to, users = with_.users, why] { to->stopped(why, users); });
}

}  // namespace acta::internal
