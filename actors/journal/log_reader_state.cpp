#include "actors/journal/log_reader_state.hpp"

#include <utility>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

void log_reader_state::read() {
  phase_ = phase::reading;
  by_->read(next_);
}

void log_reader_state::page_read(result<event_page> page) {
  if (!page) return end(page.error());
  complete_ = page->complete;
  if (page->events.empty()) return go_on();
  next_ = page->events.back().position.next();
  phase_ = phase::handling;
  by_->handle(std::move(page->events));
}

void log_reader_state::page_handled(const result<void>& outcome) {
  if (!outcome) return end(outcome.error());
  go_on();
}

void log_reader_state::go_on() {
  if (!complete_) return read();
  phase_ = phase::watching;
  by_->watch(next_.before());
}

void log_reader_state::look_again() {
  // Woken by the old journal actor and again after its end: two pages would hold the same events.
  if (phase_ == phase::watching || deliberate::commits("log_read_twice")) read();
}

void log_reader_state::journal_ended() {
  if (phase_ == phase::watching) by_->pause();
}

void log_reader_state::end(const error& why) {
  phase_ = phase::ended;
  by_->end(why);
}

}  // namespace acta::internal
