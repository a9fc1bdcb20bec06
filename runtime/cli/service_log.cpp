#include "runtime/cli/service_log.hpp"

#include "actors/ports/trace_ids.hpp"

namespace acta::internal {

log_level level_of(const std::string& name) {
  if (name == "debug") return log_level::debug;
  if (name == "warning") return log_level::warning;
  return name == "error" ? log_level::error : log_level::info;
}

log_level level_of(const notice& told) {
  if (told.failed) return log_level::error;
  return told.recovered ? log_level::info : log_level::warning;
}

notice_handler service_log::told_to_both(notice_handler theirs) {
  return [this, theirs = std::move(theirs)](const notice& told) {
    if (told.failed) failed_ = true;
    events_.write(level_of(told), told.event,
                  {{"reason", told.reason},
                   if_any("trace_id", told.trace_id),
                   if_any("span_id", told.span_id)});
    if (told.event == "node_failed") end_.give_up();
    if (theirs) theirs(told);
  };
}

http_done service_log::logged(const http_call& call, http_done done) {
  return [this, target = call.target, done = std::move(done)](http_answer made) {
    if (!made.inside.empty())
      events_.error("request_failed", {{"target", target},
                                       {"status", made.status},
                                       {"reason", made.inside},
                                       if_any("trace_id", trace_id_of(made.trace)),
                                       if_any("span_id", span_id_of(made.trace))});
    done(std::move(made));
  };
}

}  // namespace acta::internal
