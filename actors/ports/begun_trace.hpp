// What a way in has decided of the trace of one call before the engine sees the call. A value.
#pragma once

#include <chrono>
#include <memory>

#include "actors/ports/tracer.hpp"

namespace acta::internal {

/// Times of day of one trace: one reading of the wall clock, and the monotonic clock since then. So
/// the spans of a trace fit together, whatever is done to the wall clock meanwhile.
struct trace_clock {
  using time_point = std::chrono::steady_clock::time_point;

  span::time_point wall{};
  time_point steady{};  ///< Of the same moment.

  [[nodiscard]] span::time_point at(time_point when) const { return wall + (when - steady); }
};

/// The span of whoever made the call.
struct begun_trace {
  /// False: nobody has decided whether the call is sampled; the edge does.
  bool decided = false;
  /// Not sampled: nothing of it is shown, and its ids are for answers and logs. Not valid: it has
  /// no ids either.
  span_context span = {};
  trace_clock time = {};
  /// When the way in handed the call on, so that no time is between its part and the engine's.
  trace_clock::time_point handed_on{};
  /// Where the engine notes when its own span ended, before it answers; null: nobody asks.
  std::shared_ptr<trace_clock::time_point> handed_back = {};
  /// The way in has counted what of the caller's trace context is not valid: the edge does not
  /// count it again.
  bool counted = false;
};

}  // namespace acta::internal
