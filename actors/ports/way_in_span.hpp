// Spans of the ways in, by the clock of the trace that they began. Tracer and node are not asked.
#pragma once

#include <string>
#include <string_view>

#include "actors/ports/begun_trace.hpp"

namespace acta::internal {

/// The span of the request itself, from its begin on.
[[nodiscard]] inline span span_of(const begun_trace& begun, std::string_view name,
                                  trace_clock::time_point from, trace_clock::time_point until,
                                  const std::string& trace_state = {}) {
  span shown;
  shown.name = name;
  shown.context = begun.span;
  shown.trace_state = trace_state;
  shown.start = begun.time.at(from);
  shown.end = begun.time.at(until);
  return shown;
}

/// A part of it, without an id: the node gives it one.
[[nodiscard]] inline span part_of(const begun_trace& begun, std::string_view name,
                                  trace_clock::time_point from, trace_clock::time_point until,
                                  const std::string& trace_state) {
  auto shown = span_of(begun, name, from, until, trace_state);
  shown.parent = begun.span.span;
  shown.context.span = 0;
  return shown;
}

}  // namespace acta::internal
