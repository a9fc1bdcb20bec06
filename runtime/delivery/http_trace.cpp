#include "runtime/delivery/http_trace.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "actors/ports/way_in_span.hpp"
#include "runtime/codec/trace_context.hpp"

namespace acta::internal {

namespace {

/// Those that OpenTelemetry's conventions name; any other is "_OTHER", so that clients cannot make
/// names of spans.
std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> known{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                  "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  const auto found = std::find(known.begin(), known.end(), method);
  return found == known.end() ? "_OTHER" : *found;
}

/// Probes and scrapes: nobody's requests, and so many that they would hide those in every list of
/// traces.
bool is_probe(std::string_view path) {
  return path == "/metrics" || path == "/healthz" || path == "/readyz";
}

/// A probe that is told "not ready" has met no fault.
bool is_fault(const http_answer& answer) {
  constexpr int first_server_error = 500;
  return answer.status >= first_server_error && answer.route != "GET /readyz";
}

}  // namespace

std::string_view path_of(std::string_view target) {
  if (!target.starts_with('/')) {
    const auto authority = target.find("://");
    const auto slash = authority == std::string_view::npos ? std::string_view::npos
                                                           : target.find('/', authority + 3);
    if (slash == std::string_view::npos) return {};
    target.remove_prefix(slash);
  }
  return target.substr(0, target.find_first_of("?#"));
}

struct http_trace::open_span {
  node& to;
  begun_trace within;
  std::uint64_t parent = 0;
  std::string trace_state = {};
  std::string method = {};
  std::string path = {};
  trace_clock::time_point came = {};
  bool shown_by_engine = false;  // as a fault

  void show_part(const char* name, trace_clock::time_point from,
                 trace_clock::time_point until) const {
    to.take_span(part_of(within, name, from, until, trace_state));
  }
  /// The request's own span.
  [[nodiscard]] span whole(const http_answer& with, trace_clock::time_point until) const;
  void end(http_answer& with);
};

span http_trace::open_span::whole(const http_answer& with, trace_clock::time_point until) const {
  auto made = span_of(within, {}, came, until, trace_state);
  const auto named = known_method(method);
  made.kind = span_kind::server;
  made.parent = parent;
  made.attributes = {text_attribute("http.request.method", named),
                     text_attribute("url.path", path),
                     text_attribute("url.scheme", "http"),
                     {"http.response.status_code", std::int64_t{with.status}}};
  if (named != method)
    made.attributes.push_back(text_attribute("http.request.method_original", method));
  // A route names its method, as in "GET /v1".
  const auto blank = with.route.find(' ');
  if (blank == std::string_view::npos) {
    made.name = named == "_OTHER" ? "HTTP" : named;
  } else {
    made.name = std::string{named}.append(with.route.substr(blank));
    made.attributes.push_back(text_attribute("http.route", with.route.substr(blank + 1)));
  }
  made.failed = is_fault(with);
  if (made.failed)
    made.attributes.push_back(text_attribute("error.type", std::to_string(with.status)));
  else if (!with.problem.empty())
    made.attributes.push_back(text_attribute("error.type", with.problem));
  return made;
}

void http_trace::open_span::end(http_answer& with) {
  with.traced = true;
  const bool began_at_caller = within.span.valid();
  if (!began_at_caller && is_fault(with) && !shown_by_engine)
    within = to.begin_unsampled(true, std::chrono::steady_clock::now() - came);
  if (!within.span.valid()) return;
  with.trace = within.span;
  with.headers.emplace_back("traceresponse", to_traceparent(with.trace));
  if (!with.trace.sampled) return;
  const auto now = std::chrono::steady_clock::now();
  if (const auto& back = within.handed_back; back && *back != trace_clock::time_point{})
    show_part("answer", *back, now);
  to.take_span(whole(with, now));
}

http_trace::http_trace(node& to, const http_call& call) {
  const auto caller = call.header("traceparent");
  auto state = call.header("tracestate");
  auto within = to.begin_trace(caller, state);
  if (!within.decided) return;
  const auto path = path_of(call.target);
  if (within.span.sampled && is_probe(path)) within.span = {};
  const bool sampled = within.span.sampled;
  open_ = std::make_shared<open_span>(open_span{to, std::move(within)});
  open_->method = call.method;
  open_->path = path;
  open_->came = sampled ? open_->within.time.steady : std::chrono::steady_clock::now();
  if (!sampled) return;
  open_->within.handed_back = std::make_shared<trace_clock::time_point>();
  open_->parent = parse_traceparent(caller).span;
  if (open_->parent != 0 && is_tracestate(state)) open_->trace_state = std::move(state);
}

begun_trace http_trace::hand_on() const {
  if (!open_) {
    begun_trace none;
    none.counted = true;
    return none;
  }
  auto& within = open_->within;
  if (within.span.sampled) {
    within.handed_on = std::chrono::steady_clock::now();
    open_->show_part("read", within.time.steady, within.handed_on);
  }
  return within;
}

void http_trace::engine_answered(const http_answer& with_error) const {
  if (open_) open_->shown_by_engine = is_fault(with_error);
}

http_done http_trace::ending(http_done done) const {
  if (!open_) return done;
  return [open = open_, done = std::move(done)](http_answer made) {
    open->end(made);
    done(std::move(made));
  };
}

void show_untraced(const node& to, const http_answer& answer) {
  if (answer.traced || !is_fault(answer)) return;
  const auto begun = to.begin_unsampled(true, {});
  if (!begun.span.valid()) return;
  auto made = span_of(begun, "HTTP", begun.time.steady, begun.time.steady);
  made.kind = span_kind::server;
  made.attributes = {{"http.response.status_code", std::int64_t{answer.status}},
                     text_attribute("error.type", std::to_string(answer.status))};
  made.failed = true;
  to.take_span(std::move(made));
}

}  // namespace acta::internal
