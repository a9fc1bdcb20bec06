// The span of an HTTP request, as a server sees it, by OpenTelemetry's semantic conventions for
// HTTP. Its parts follow each other without a gap: `read` until the call is handed to the engine,
// the engine's own span, and `answer`, in which the answer is written.
//
// /metrics, /healthz and /readyz have a span only if they fail by a fault of ours. Of a request
// that is not sampled the engine shows what it has to show. The rest is shown here: a request that
// failed by a fault of ours and of which the engine does not know.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/delivery/http_message.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

/// Copies are the same span. One thread at a time.
class http_trace {
public:
  /// Begins the span, if traces are made. Counts headers of the call that are not valid, also if
  /// none are made. `to` outlives the answer.
  http_trace(node& to, const http_call& call);

  /// For call_options.within, when the call is read.
  [[nodiscard]] begun_trace hand_on() const;
  /// The engine has answered the call with an error, or refused it: if that is a fault of ours, it
  /// has shown it.
  void engine_answered(const http_answer& with_error) const;
  /// Returns what ends the span, and hands the answer on to `done`; with a `traceresponse`, if the
  /// request has a trace.
  [[nodiscard]] http_done ending(http_done done) const;

private:
  struct open_span;
  std::shared_ptr<open_span> open_;  // null: traces are off
};

/// Shows a request that failed by a fault of ours before it came to a handler.
void show_untraced(const node& to, const http_answer& answer);

/// The path of a target as it was sent: without its query, which may hold what is nobody's
/// business, and without what comes before it in a proxy's.
[[nodiscard]] std::string_view path_of(std::string_view target);

}  // namespace acta::internal
