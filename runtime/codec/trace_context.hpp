// W3C Trace Context (Recommendation of 2021): who asked whom. What travels in two headers is kept
// with an event as one text, `traceparent`, or `traceparent` and `tracestate` with a blank between.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "actors/ports/trace_ids.hpp"

namespace acta::internal {

constexpr std::size_t max_traceparent_bytes = 256;
constexpr std::size_t max_tracestate_bytes = 512;

/// Whether `text` is a traceparent (section 3.2): of version 00, or of a later one that begins like
/// it and has at most max_traceparent_bytes.
[[nodiscard]] bool is_traceparent(std::string_view text);
/// Whether `text` can be passed on as a tracestate: printable ASCII, 1 to max_tracestate_bytes. Its
/// members are those of others, and are not looked into.
[[nodiscard]] bool is_tracestate(std::string_view text);

/// The span that a traceparent names; not valid if it is none. Of the flags only `sampled` is read.
[[nodiscard]] span_context parse_traceparent(std::string_view text);
/// A valid span as traceparent. `traceresponse` has the same form (W3C Trace Context Level 2).
[[nodiscard]] std::string to_traceparent(const span_context& of);
/// The two parts of a text that is kept with an event.
struct trace_parts {
  std::string parent;
  std::string state;
};
/// A text of another form, which older versions stored unchecked, is all parent.
[[nodiscard]] trace_parts parts_of(std::string_view trace_context);

}  // namespace acta::internal
