#include "runtime/cli/service_log.hpp"

#include "runtime/codec/trace_context.hpp"

namespace acta::internal {

log_level level_of(const std::string& name) {
  if (name == "debug") return log_level::debug;
  if (name == "warning") return log_level::warning;
  return name == "error" ? log_level::error : log_level::info;
}

notice_handler service_log::told_to_both(notice_handler theirs) {
  return [this, theirs = std::move(theirs)](const notice& told) {
    if (told.failed) failed_ = true;
    const auto level = told.failed ? log_level::error : log_level::warning;
    if (told.trace_id.empty())
      events_.write(level, told.event, {{"reason", told.reason}});
    else
      events_.write(
          level, told.event,
          {{"reason", told.reason}, {"trace_id", told.trace_id}, {"span_id", told.span_id}});
    if (told.event == "node_failed") end_.give_up();
    if (theirs) theirs(told);
  };
}

http_done service_log::logged(const http_call& call, http_done done) {
  return [this, target = call.target, done = std::move(done)](http_answer made) {
    if (!made.inside.empty() && made.trace.valid())
      events_.error("request_failed", {{"target", target},
                                       {"status", made.status},
                                       {"reason", made.inside},
                                       {"trace_id", trace_id_of(made.trace)},
                                       {"span_id", span_id_of(made.trace)}});
    else if (!made.inside.empty())
      events_.error("request_failed",
                    {{"target", target}, {"status", made.status}, {"reason", made.inside}});
    done(std::move(made));
  };
}

}  // namespace acta::internal
