// The HTTP interface of whatever is hosted, driven by descriptions and by no domain's code:
//
//   POST /v1/{aggregate}/{id}/{command}   a command; Idempotency-Key is its command id
//   GET  /v1/{aggregate}/{id}             the view, with its version, which is its ETag too:
//                                         ?at_least=VERSION waits for it, ?from=aggregate goes
//                                         past the cache, If-None-Match spares a known one
//   GET  /v1/{aggregate}/{id}/events      the events: ?from=VERSION&limit=N
//   GET  /v1                              what is hosted: commands, events, and their schemas
//   POST /schedules                       adds one; the body is its plan: docs/ways-in.md
//   GET  /schedules, /schedules/{name}    those that are not over: ?after=NAME&limit=N
//   POST /schedules/{name}/pause          and resume, cancel, run-now
//   GET  /parked, /dead-letters           what is set aside, what was lost, and why
//   GET  /metrics, /healthz, /readyz
//
// HEAD is answered wherever GET is.
#pragma once

#include "runtime/delivery/http_message.hpp"
#include "runtime/delivery/site.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

/// What is around a node, in its process. On any thread.
struct api_surroundings {
  /// Returns metrics in Prometheus' text format.
  std::function<std::string()> metrics = [] { return std::string{}; };
  /// Returns why the service is not ready although its node is, or nothing.
  std::function<std::string()> not_ready_reason = [] { return std::string{}; };
};

/// Answers one call that came to `here`. `done` is called once, now or on a thread of the runtime.
/// /metrics and /readyz show what the node says, and what is `around` it.
void answer_call(node& to, const http_call& call, http_done done, const site& here = {},
                 const api_surroundings& around = {});

/// The path's segments, percent-decoded, and the query's parameters.
struct request_target {
  std::vector<std::string> path;
  std::map<std::string, std::string> query;
};
/// Reads a target that begins with '/', or with http:// as a proxy's does (RFC 9112, 3.2). Fails
/// (malformed) on any other, on a '#', on an escape that is none, and on a parameter without a
/// name.
[[nodiscard]] result<request_target> parse_target(std::string_view target);

}  // namespace acta::internal
