#include "runtime/schedule/due_sender.hpp"

#include "actors/base/utf8.hpp"
#include "actors/model/describe.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/due_text.hpp"
#include "runtime/schedule/plan_check.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_detail_bytes = 256;
constexpr std::chrono::minutes between_notices{1};

std::string detail_of(const error& why) {
  return beginning_of(why.refusal_code.empty() ? why.detail : why.refusal_code + ": " + why.detail,
                      most_detail_bytes);
}

}  // namespace

std::optional<std::chrono::nanoseconds> due_sender::send_due() {
  for (const auto& step : agenda_.take(now()))
    step.what == agenda::step::kind::send ? send(step.key, step.came) : record(step);
  return agenda_.next_in(now());
}

void due_sender::cancelled(const entry_key& key) {
  told_.erase(key);
  if (!agenda_.under_way(key)) end_trace(key);
}

void due_sender::send(const entry_key& key, const settlement& due) {
  const auto begun = to_.time().now();
  const auto& plan = agenda_.find(key)->plan;
  const auto* type = to_.find(plan.aggregate);
  if (!type)
    return answered(key, nullptr, begun,
                    error{errc::unknown_aggregate, "'" + plan.aggregate + "' is not hosted here"});
  auto command = command_of(*type, plan, due.due, to_.users());
  if (!command) return answered(key, type, begun, command.error());
  if (!traces_.contains(key)) traces_.emplace(key, due_trace{to_.begin_trace(), plan, due.due});
  call_options how;
  how.command_id = command_id_of(key, due.due);
  how.repeats_since = due.due;
  how.principal = "schedule:" + plan.name;
  how.within = within(key);
  const auto sent =
      to_.execute(*type, plan.id, command->index, std::move(command->command), std::move(how),
                  on_.hears<receipt>([this, key, type, begun](const auto& outcome) {
                    answered(key, type, begun, outcome);
                  }));
  if (!sent) answered(key, type, begun, sent.error());
}

void due_sender::answered(const entry_key& key, const aggregate_type* type,
                          std::chrono::steady_clock::time_point begun,
                          const result<receipt>& outcome) {
  if (closed_) return;
  const std::string_view what =
      outcome ? (outcome->repeated ? "repeated" : "done") : to_string(outcome.error().code);
  to_.observe({happening::request_handled, "schedule", type ? std::string_view{type->name} : "",
               what, to_.time().now() - begun});
  if (!outcome && may_retry(outcome.error().code)) return agenda_.retry(key, now());
  const auto next = agenda_.answered(key, std::string{what},
                                     outcome ? std::string{} : detail_of(outcome.error()));
  if (!next) return end_trace(key);
  if (const auto trace = traces_.find(key); trace != traces_.end())
    trace->second.came(next->came.outcome);
  record(*next);
}

void due_sender::record(const agenda::step& step) {
  if (closed_) return;
  const auto key = step.key;
  constexpr auto settle = command_index<schedule_book, books::settle>();
  call_options how;
  how.within = within(key);
  const auto heard = [this, step](const result<receipt>& outcome) {
    if (!outcome && may_retry(outcome.error().code)) return agenda_.retry(step.key, now());
    recorded(step, outcome.ok());
  };
  const auto sent = to_.execute(to_.books(), std::to_string(key.book), settle,
                                any_value::of(books::settle{key.number, step.came}), std::move(how),
                                on_.hears<receipt>(heard));
  if (!sent) heard(sent.error());
}

void due_sender::recorded(const agenda::step& step, bool is_kept) {
  const auto key = step.key;
  if (const auto* entry = agenda_.find(key)) tell_refused(key, *entry, step.came);
  if (auto ended = agenda_.recorded(key)) over_(key, *std::move(ended), is_kept);
  end_trace(key);
}

void due_sender::tell_refused(const entry_key& key, const schedule_entry& of,
                              const settlement& came) {
  const auto& what = came.outcome;
  if (what == "done" || what == "repeated" || what == "skipped") return;
  if (!of.once()) {
    const auto [last, is_first] = told_.try_emplace(key, to_.time().now());
    if (!is_first && to_.time().now() - last->second < between_notices) return;
    last->second = to_.time().now();
  }
  const auto& plan = of.plan;
  to_.tell({false, what == "given_up" ? "schedule_given_up" : "schedule_refused",
            "schedule '" + plan.name + "': " + plan.command + " of " + plan.aggregate + "/" +
                plan.id + ", due " + to_due(came.due) + ": " + what + ", " + came.detail});
}

begun_trace due_sender::within(const entry_key& key) const {
  const auto found = traces_.find(key);
  return found == traces_.end() ? no_trace() : found->second.within(to_.time().now());
}

void due_sender::end_trace(const entry_key& key) {
  const auto found = traces_.find(key);
  if (found == traces_.end()) return;
  if (!closed_) found->second.ended(to_, to_.time().now());
  traces_.erase(found);
}

}  // namespace acta::internal
