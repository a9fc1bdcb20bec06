#include "runtime/schedule/due_trace.hpp"

#include "actors/ports/way_in_span.hpp"
#include "runtime/schedule/due_text.hpp"

namespace acta::internal {

begun_trace due_trace::within(std::chrono::steady_clock::time_point now) const {
  auto made = begun_;
  made.handed_on = now;
  return made;
}

void due_trace::ended(const schedule_port& to, std::chrono::steady_clock::time_point now) const {
  if (!begun_.span.sampled) return;
  auto made = span_of(begun_, name_, begun_.time.steady, now);
  made.kind = span_kind::internal;
  // The conventions have a timer's names for functions as a service only.
  made.attributes = {{"faas.trigger", std::string{"timer"}},
                     {"faas.time", to_due(due_)},
                     {"acta.schedule.name", plan_},
                     {"acta.schedule.outcome", outcome_}};
  if (!cron_.empty()) made.attributes.push_back({"faas.cron", cron_});
  made.failed = outcome_ != "done" && outcome_ != "repeated" && outcome_ != "refused";
  if (made.failed) made.attributes.push_back({"error.type", outcome_});
  to.take_span(std::move(made));
}

}  // namespace acta::internal
