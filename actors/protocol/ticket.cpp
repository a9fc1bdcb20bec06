#include "actors/protocol/ticket.hpp"

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

admission_counts& admission_counts::operator+=(const admission_counts& other) {
  admitted += other.admitted;
  rejected += other.rejected;
  answered += other.answered;
  dead_lettered += other.dead_lettered;
  outstanding += other.outstanding;
  outstanding_commands += other.outstanding_commands;
  outstanding_bytes += other.outstanding_bytes;
  return *this;
}

bool admission::take(ticket& t) {
  const std::lock_guard lock{mutex_};
  const auto size = t.request.bytes;
  if (counts_.outstanding >= limits_.requests || counts_.outstanding_bytes + size > limits_.bytes) {
    ++counts_.rejected;
    return false;
  }
  ++counts_.admitted;
  ++counts_.outstanding;
  if (t.request.command_index) ++counts_.outstanding_commands;
  counts_.outstanding_bytes += size;
  t.holds_credit_ = true;
  t.next_ = first_;
  if (first_) first_->previous_ = &t;
  first_ = &t;
  return true;
}

void admission::give_back(ticket& t) noexcept {
  const std::lock_guard lock{mutex_};
  if (!t.holds_credit_) return;
  t.holds_credit_ = false;
  if (!deliberate::commits("credit_not_returned")) --counts_.outstanding;
  if (t.request.command_index) --counts_.outstanding_commands;
  counts_.outstanding_bytes -= t.request.bytes;
  (t.previous_ ? t.previous_->next_ : first_) = t.next_;
  if (t.next_) t.next_->previous_ = t.previous_;
  t.previous_ = t.next_ = nullptr;
}

void admission::count_answer(bool lost) noexcept {
  const std::lock_guard lock{mutex_};
  ++(lost ? counts_.dead_lettered : counts_.answered);
}

void admission::bury(dead_letter letter) {
  constexpr std::size_t kept = 1'000;
  if (tell_) tell_(letter);
  const std::lock_guard lock{mutex_};
  if (dead_letters_.size() == kept) dead_letters_.pop_front();
  dead_letters_.push_back(std::move(letter));
}

std::vector<dead_letter> admission::dead_letters() const {
  const std::lock_guard lock{mutex_};
  return {dead_letters_.begin(), dead_letters_.end()};
}

std::vector<ticket_ptr> admission::overdue(
    std::optional<std::chrono::steady_clock::time_point> now) {
  std::vector<ticket_ptr> found;
  const std::lock_guard lock{mutex_};
  for (auto* t = first_; t; t = t->next_)
    if (!t->abandoned() && (!now || t->request.deadline <= *now))
      if (auto alive = t->weak_from_this().lock()) found.push_back(std::move(alive));
  return found;
}

void admission::expire() {
  // Called back outside the lock: a callback may well send the next command.
  for (auto& t : overdue(time_->now())) t->abandon(errc::deadline_exceeded);
}

void admission::close() {
  end();
  for (auto& t : overdue(std::nullopt)) t->abandon(errc::shutting_down);
}

admission_counts admission::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

ticket::ticket(std::shared_ptr<admission> gate, internal::request&& asked, answered&& done)
    : request{std::move(asked)},
      gate_{std::move(gate)},
      done_{std::move(done)},
      admitted_at_{gate_->time().now()} {}

ticket_ptr ticket::admit(std::shared_ptr<admission> gate, internal::request&& asked,
                         answered&& done) {
  ticket_ptr made{new ticket{std::move(gate), std::move(asked), std::move(done)}};
  if (made->gate_->take(*made)) return made;
  asked = std::move(made->request);
  done = std::move(made->done_);
  made->done_called_ = true;  // never admitted: it has nothing to answer
  return nullptr;
}

ticket::~ticket() {
  gate_->give_back(*this);
  if (abandoned() || deliberate::commits("ticket_dropped_in_silence")) return;
  if (gate_->closed())
    finish(error{errc::shutting_down, "the node ended before this was answered"}, true);
  else if (in_lane_)
    finish(error{errc::outcome_unknown, "lost on its way to the journal; it may be stored"}, true);
  else
    finish(error{errc::dropped, "lost with the actor that held it; it has had no effect"}, true);
}

void ticket::answer(result<internal::answer> what) {
  // Before the callback, which may send the next request and needs this one's credit for it.
  gate_->give_back(*this);
  finish(std::move(what), false);
}

void ticket::lose(error told, const std::string& inside) {
  gate_->give_back(*this);
  finish(std::move(told), true, inside);
}

void ticket::abandon(errc why) {
  std::string what = why == errc::deadline_exceeded ? "not answered in time"
                                                    : "the node ended before this was answered";
  if (request.command_index) what += "; it may still take effect";
  finish(error{why, std::move(what)}, false);
}

void ticket::bury(const error& told, const std::string& inside) {
  gate_->watcher().observe(
      {happening::ticket_dropped, request.type->name, request.name(), to_string(told.code)});
  const auto& append = request.append;
  gate_->bury({gate_->time().wall(), append.stream, std::string{request.name()},
               append.metadata.command_id, told.code, inside.empty() ? told.detail : inside});
}

void ticket::finish(result<internal::answer> what, bool lost, const std::string& inside) {
  if (done_called_.exchange(true, std::memory_order_acq_rel)) return;
  gate_->count_answer(lost);
  const auto kind = request.command_index ? happening::command_finished
                    : request.load        ? happening::load_finished
                                          : happening::query_finished;
  const auto outcome = what.ok() ? std::string_view{"ok"} : to_string(what.error().code);
  gate_->watcher().observe(
      {kind, request.type->name, request.name(), outcome, gate_->time().now() - admitted_at_});
  if (lost) bury(what.error(), inside);
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  call_back(gate_->users(), gate_->watcher(),
            {request.type->name, request.name(), &request.append.stream},
            [&] { done(std::move(what)); });
}

}  // namespace acta::internal
