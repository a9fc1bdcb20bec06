// The span of an HTTP request, as a server sees it, by OpenTelemetry's semantic conventions for
// HTTP. Its parts follow each other: `read` until the call is handed to the engine, the engine's
// own span, and `answer`, in which the answer is written.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/delivery/http_message.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

/// Copies are the same span. One thread at a time.
class http_trace {
public:
  /// Begins the span, if traces are made. `to` outlives the answer.
  http_trace(node& to, const http_call& call);

  /// For call_options.within, when the call is read.
  [[nodiscard]] begun_trace hand_on() const;
  /// The engine has answered.
  void engine_answered() const;
  /// Returns what ends the span, and hands the answer on to `done`; with a `traceresponse`, if the
  /// request has a trace.
  [[nodiscard]] http_done ending(http_done done) const;

private:
  struct open_span;
  std::shared_ptr<open_span> open_;  // null: it has no trace
  bool decided_ = false;             // whether it has one
};

/// The path of a target as it was sent: without its query, which may hold what is nobody's
/// business, and without what comes before it in a proxy's.
[[nodiscard]] std::string_view path_of(std::string_view target);

}  // namespace acta::internal
