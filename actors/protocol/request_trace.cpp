#include "actors/protocol/request_trace.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

std::int64_t in_us(std::chrono::nanoseconds time) {
  return duration_cast<microseconds>(time).count();
}

/// Gives a request's span its name, its attributes and its error.
void describe(span& of, const request_end& how) {
  of.name = std::string{how.aggregate} + " " + std::string{how.request};
  of.attributes.push_back(text_attribute("acta.aggregate.type", how.aggregate));
  of.attributes.push_back(text_attribute("acta.aggregate.id", how.id));
  of.attributes.push_back(text_attribute("acta.request", how.request));
  if (!how.problem) return;
  of.attributes.push_back(text_attribute("error.type", to_string(how.problem->code)));
  if (!how.problem->refusal_code.empty())
    of.attributes.push_back(text_attribute("acta.refusal", how.problem->refusal_code));
  of.failed = our_fault(how.problem->code);
  if (of.failed) of.failure = how.problem->detail;
}

}  // namespace

bool our_fault(errc code) {
  switch (code) {
    case errc::overloaded:
    case errc::outcome_unknown:
    case errc::read_only:
    case errc::unavailable:
    case errc::dropped:
    case errc::shutting_down:
    case errc::deadline_exceeded:
    case errc::damaged:
    case errc::storage:
    case errc::domain_failed:
    case errc::contract_mismatch: return true;
    default: return false;
  }
}

span_context tracing::begin_root() const {
  return {ids->next(), new_span_id(), new_span_id(), true};
}

trace_clock tracing::start_clock() const { return {time->wall(), time->now()}; }

request_trace::request_trace(const tracing& with, const span_context& own, std::uint64_t parent,
                             std::string trace_state, const trace_clock& time, time_point began,
                             std::shared_ptr<time_point> handed_back)
    : with_{&with},
      own_{own},
      parent_{parent},
      decision_{with.new_span_id()},
      trace_state_{std::move(trace_state)},
      time_{time},
      began_{began},
      handed_back_{std::move(handed_back)},
      stage_span_{with.new_span_id()},
      stage_began_{began},
      settled_{began} {}

request_trace::~request_trace() = default;

span_context request_trace::of_trace(std::uint64_t id) const {
  return {own_.trace_high, own_.trace_low, id, own_.sampled};
}

span request_trace::make(std::string_view name, std::uint64_t id, std::uint64_t parent,
                         time_point from, time_point to) const {
  span made;
  made.name = name;
  made.context = of_trace(id);
  made.parent = parent;
  made.trace_state = trace_state_;
  made.start = time_.at(from);
  made.end = time_.at(to);
  return made;
}

void request_trace::enter(std::string_view stage, time_point at) {
  leave_stages(at);
  stage_ = stage;
  stage_span_ = stage == "decide" ? decision_ : with_->new_span_id();
  stage_began_ = at;
}

void request_trace::leave_stages(time_point at) {
  if (stage_.empty()) return;
  auto ended = make(stage_, stage_span_, own_.span, stage_began_, at);
  ended.attributes = std::exchange(attributes_, {});
  ended.links = std::exchange(links_, {});
  stage_ = {};
  with_->to->take(std::move(ended));
}

void request_trace::show_part(std::string_view name, time_point since, time_point until,
                              std::vector<span_attribute> attributes, std::string failure) {
  auto part = make(name, with_->new_span_id(), stage_span_, std::max(since, stage_began_), until);
  part.attributes = std::move(attributes);
  part.failed = !failure.empty();
  part.failure = std::move(failure);
  with_->to->take(std::move(part));
}

span_context request_trace::show_batch(const batch_facts& batch) {
  // Its own trace would be seen by nobody who does not follow links. So it is within the trace of
  // the first append that is sampled, which is thereby whole.
  auto shown =
      make("append batch", with_->new_span_id(), stage_span_, batch.handed_over, batch.settled);
  shown.kind = span_kind::client;
  shown.attributes = {text_attribute("db.operation.name", "append"),
                      text_attribute("acta.outcome", batch.outcome)};
  if (batch.appends > 1)  // by the conventions one is no batch
    shown.attributes.push_back(
        {"db.operation.batch.size", static_cast<std::int64_t>(batch.appends)});
  if (!batch.system.empty())
    shown.attributes.push_back(text_attribute("db.system.name", batch.system));
  if (batch.write.count() >= 0) shown.attributes.push_back({"acta.write_us", in_us(batch.write)});
  if (batch.sync.count() >= 0) shown.attributes.push_back({"acta.sync_us", in_us(batch.sync)});
  shown.failed = batch.outcome == "failed";
  const auto context = shown.context;
  with_->to->take(std::move(shown));
  return context;
}

void request_trace::end(time_point at, const request_end& how) const {
  with_->to->take(make("release", with_->new_span_id(), own_.span, settled_, at));
  auto whole = make({}, own_.span, parent_, began_, at);
  describe(whole, how);
  with_->to->take(std::move(whole));
  if (handed_back_) *handed_back_ = at;
}

span_context show_unsampled(const tracing& with, std::chrono::steady_clock::time_point now,
                            const unsampled_end& what) {
  span root;
  describe(root, what.how);
  root.context = with.begin_root();
  const trace_clock time{with.time->wall(), now};
  root.start = time.at(now - what.duration);
  root.end = time.at(now);
  if (what.before_journal.count() >= 0) {
    root.attributes.push_back({"acta.before_journal_us", in_us(what.before_journal)});
    root.attributes.push_back({"acta.journal_us", in_us(what.duration - what.before_journal)});
  }
  const auto context = root.context;
  with.to->take(std::move(root));
  return context;
}

}  // namespace acta::internal
