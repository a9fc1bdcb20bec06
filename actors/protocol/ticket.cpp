#include "actors/protocol/ticket.hpp"

#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/trace_ids.hpp"

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

bool admission::refuse() {
  ++counts_.rejected;
  return false;
}

bool admission::take(ticket& t) {
  const std::lock_guard lock{mutex_};
  if (!requests_.take(1)) return refuse();
  if (!bytes_.take(t.request.bytes)) {
    requests_.give_back(1);
    return refuse();
  }
  ++counts_.admitted;
  if (t.request.command_index) ++counts_.outstanding_commands;
  t.holds_credit_ = true;
  outstanding_.add(t, t.request.deadline);
  return true;
}

void admission::give_back(ticket& t) noexcept {
  const std::lock_guard lock{mutex_};
  if (!t.holds_credit_) return;
  t.holds_credit_ = false;
  if (!deliberate::commits("credit_not_returned")) requests_.give_back(1);
  if (t.request.command_index) --counts_.outstanding_commands;
  bytes_.give_back(t.request.bytes);
  outstanding_.remove(t);
}

ticket_ptr admission::hold_again(ticket& t) {
  // overdue() may be looking at it.
  const std::lock_guard lock{mutex_};
  return ticket_ptr{&t};
}

void admission::count_answer(bool lost) noexcept {
  // Whoever sees that the credit is home sees this too: it goes home later, under the lock.
  (lost ? dead_lettered_ : answered_).fetch_add(1, std::memory_order_relaxed);
}

void admission::bury(dead_letter letter) {
  constexpr std::size_t kept = 1'000;
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
  const auto take = [&found](wheel_item& one) {
    auto& t = static_cast<ticket&>(one);
    if (t.abandoned()) return;
    if (auto alive = t.weak_from_this().lock()) found.push_back(std::move(alive));
  };
  const std::lock_guard lock{mutex_};
  if (now)
    outstanding_.for_each_due(*now, take);
  else
    outstanding_.for_each(take);
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
  auto all = counts_;
  all.answered = answered_.load(std::memory_order_relaxed);
  all.dead_lettered = dead_lettered_.load(std::memory_order_relaxed);
  all.outstanding = requests_.used();
  all.outstanding_bytes = bytes_.used();
  return all;
}

ticket::ticket(std::shared_ptr<admission> gate, internal::request&& asked, answered&& done)
    : request{std::move(asked)},
      gate_{std::move(gate)},
      done_{std::move(done)},
      admitted_at_{gate_->time().now()} {}

ticket_ptr ticket::admit(std::shared_ptr<admission> gate, internal::request&& asked,
                         answered&& done) {
  ticket_ptr made{new ticket{std::move(gate), std::move(asked), std::move(done)}, &let_go};
  if (made->gate_->take(*made)) return made;
  asked = std::move(made->request);
  done = std::move(made->done_);
  made->done_called_ = true;  // never admitted: it has nothing to answer
  return nullptr;
}

ticket::~ticket() {
  // Answered by its deadline, and let go of since.
  if (request.trace) request.trace->leave_stages(gate_->time().now());
  gate_->give_back(*this);
}

void ticket::let_go(ticket* last) {
  const bool told = !last->done_;
  if (told || deliberate::commits("ticket_dropped_in_silence") ||
      deliberate::commits("completion_dropped")) {
    delete last;
    return;
  }
  // It lives on until its caller is told.
  const auto again = last->gate_->hold_again(*last);
  if (again->abandoned())
    again->leave();
  else
    again->answer_for_itself();
}

void ticket::answer_for_itself() {
  if (gate_->closed())
    lose({errc::shutting_down, "the node ended before this was answered"}, {});
  else if (in_lane_)
    lose({errc::outcome_unknown, "lost on its way to the journal; it may be stored"}, {});
  else
    lose({errc::dropped, "lost with the actor that held it; it has had no effect"}, {});
}

void ticket::answer(result<internal::answer> what) {
  if (!settle(std::move(what), by::holder)) return;
  over_ = true;
  leave();
}

void ticket::answer(result<internal::answer> what, answer_batch& leaving) {
  if (!settle(std::move(what), by::holder)) return;
  over_ = true;
  if (leaves())
    leaving.add(*gate_->exit(), shared_from_this());
  else
    complete();
}

void ticket::lose(error told, const std::string& inside) {
  dead_letter letter{gate_->time().wall(),
                     request.append.stream,
                     std::string{request.name()},
                     request.append.metadata.command_id,
                     told.code,
                     inside.empty() ? told.detail : inside};
  span_context shown;
  if (!settle(std::move(told), by::holder_that_lost_it, &shown)) return;
  over_ = true;
  name_trace(letter, shown);
  gate_->watcher().observe(
      {happening::ticket_dropped, request.type->name, request.name(), to_string(letter.told)});
  gate_->bury(letter);
  leave();
  // Last, since it is code of users': it may take its time.
  if (gate_->tell_) gate_->tell_(letter);
}

void ticket::abandon(errc why) {
  std::string what = why == errc::deadline_exceeded ? "not answered in time"
                                                    : "the node ended before this was answered";
  if (request.command_index) what += "; it may still take effect";
  if (settle(error{why, std::move(what)}, by::other_thread)) leave();
}

bool ticket::settle(result<internal::answer>&& what, by whom, span_context* shown) {
  if (done_called_.exchange(true, std::memory_order_acq_rel)) return false;
  gate_->count_answer(whom == by::holder_that_lost_it);
  const auto kind = request.command_index ? happening::command_finished
                    : request.load        ? happening::load_finished
                                          : happening::query_finished;
  const auto outcome = what.ok() ? std::string_view{"ok"} : to_string(what.error().code);
  const auto now = gate_->time().now();
  gate_->watcher().observe({kind, request.type->name, request.name(), outcome, now - admitted_at_});
  outcome_ = std::move(what);
  if (gate_->traces()) {
    const auto by_trace = trace_settled(now, whom);
    if (shown) *shown = by_trace;
  }
  return true;
}

request_end ticket::ended() const {
  return {request.type->name, request.append.stream.id(), request.name(),
          outcome_.ok() ? nullptr : &outcome_.error()};
}

span_context ticket::trace_settled(std::chrono::steady_clock::time_point now, by whom) {
  if (request.trace) {
    // Whoever holds it ends its stages; another thread must not touch them.
    if (whom != by::other_thread) request.trace->leave_stages(now);
    request.trace->settled(now);
    return request.trace->context();
  }
  // A load fails its readers, which are shown.
  if (request.never_shown || request.load) return {};
  const auto duration = now - admitted_at_;
  const bool fault = !outcome_.ok() && our_fault(outcome_.error().code);
  if (!gate_->traces()->to->takes_unsampled(fault, duration)) return {};
  unsampled_end end{ended(), duration};
  if (whom != by::other_thread && handed_over_.time_since_epoch().count() != 0)
    end.before_journal = handed_over_ - admitted_at_;
  return show_unsampled(*gate_->traces(), now, end);
}

void ticket::trace_ended() { request.trace->end(gate_->time().now(), ended()); }

void ticket::name_trace(dead_letter& in, const span_context& span) const {
  if (span.valid()) {
    in.trace_id = trace_id_of(span);
    in.span_id = span_id_of(span);
  } else if (const auto& given = request.append.metadata.trace_context; given.size() >= 55) {
    // The edge has checked that it begins as a traceparent does.
    in.trace_id = given.substr(3, 32);
    in.span_id = given.substr(36, 16);
  }
}

void ticket::leave() {
  if (leaves())
    gate_->exit()->post(shared_from_this());
  else
    complete();
}

void ticket::complete() {
  // Before the callback, which may send the next request and needs this one's credit for it. What
  // is still in a queue keeps its credit: that is what credits bound.
  if (over_) gate_->give_back(*this);
  if (!done_) return;
  if (request.trace) trace_ended();
  call_back(gate_->users(), gate_->watcher(),
            {request.type->name, request.name(), &request.append.stream}, [&] {
              // What it captures is destroyed here, too: that is users' code as well.
              const auto done = std::exchange(done_, nullptr);
              done(std::move(outcome_));
            });
}

}  // namespace acta::internal
