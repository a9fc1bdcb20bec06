// A span that has all that a span can have, for tests of its way out.
#pragma once

#include "actors/ports/tracer.hpp"

namespace acta::testing {

inline internal::span whole_span() {
  using internal::span;
  span made;
  made.name = "POST /accounts/{id}";
  made.kind = internal::span_kind::server;
  // Bytes of every kind: hexadecimal text of them is also valid base64.
  made.context = {0x0af7651916cd43dd, 0x8448eb211c80319c, 0x00f067aa0ba902b7, true};
  made.parent = 0xb7ad6b7169203331;
  made.trace_state = "vendor=1";
  made.start = span::time_point{std::chrono::nanoseconds{1'795'801'285'000'000'123}};
  made.end = span::time_point{std::chrono::nanoseconds{1'795'801'285'001'000'456}};
  made.attributes = {{"http.request.method", std::string{"POST"}},
                     {"http.response.status_code", std::int64_t{503}},
                     {"acta.decide.seconds", 0.25},
                     {"acta.repeated", false}};
  made.links = {{1, 0xff, 0x10, false}};
  made.failed = true;
  made.failure = "overloaded";
  return made;
}

}  // namespace acta::testing
