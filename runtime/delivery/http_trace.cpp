#include "runtime/delivery/http_trace.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

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

span_attribute text(std::string_view name, std::string_view value) {
  return {name, std::string{value}};
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
  trace_clock::time_point answered{};  // by the engine, if it was asked

  [[nodiscard]] span make(trace_clock::time_point from, trace_clock::time_point until) const {
    span made;
    made.context = within.span;
    made.trace_state = trace_state;
    made.start = within.time.at(from);
    made.end = within.time.at(until);
    return made;
  }
  void show_part(const char* name, trace_clock::time_point from,
                 trace_clock::time_point until) const {
    auto part = make(from, until);
    part.name = name;
    part.parent = within.span.span;
    part.context.span = 0;
    to.take_span(std::move(part));
  }
  /// The request's own span.
  [[nodiscard]] span whole(const http_answer& with, trace_clock::time_point until) const;
};

span http_trace::open_span::whole(const http_answer& with, trace_clock::time_point until) const {
  constexpr int first_server_error = 500;
  auto made = make(within.time.steady, until);
  const auto named = known_method(method);
  made.kind = span_kind::server;
  made.parent = parent;
  made.attributes = {text("http.request.method", named),
                     text("url.path", path),
                     text("url.scheme", "http"),
                     {"http.response.status_code", std::int64_t{with.status}}};
  if (named != method) made.attributes.push_back(text("http.request.method_original", method));
  // A route names its method, as in "GET /v1".
  const auto blank = with.route.find(' ');
  if (blank == std::string_view::npos) {
    made.name = named == "_OTHER" ? "HTTP" : named;
  } else {
    made.name = std::string{named}.append(with.route.substr(blank));
    made.attributes.push_back(text("http.route", with.route.substr(blank + 1)));
  }
  made.failed = with.status >= first_server_error;
  if (made.failed) made.attributes.push_back(text("error.type", std::to_string(with.status)));
  return made;
}

http_trace::http_trace(node& to, const http_call& call) {
  const auto caller = call.header("traceparent");
  const auto within = to.begin_trace(caller);
  decided_ = within.decided;
  if (!within.span.valid()) return;
  open_ = std::make_shared<open_span>(open_span{to, within});
  if (!within.span.sampled) return;
  open_->parent = parse_traceparent(caller).span;
  if (auto state = call.header("tracestate"); open_->parent != 0 && is_tracestate(state))
    open_->trace_state = std::move(state);
  open_->method = call.method;
  open_->path = path_of(call.target);
}

begun_trace http_trace::hand_on() const {
  if (!open_) return {decided_};
  auto& within = open_->within;
  if (within.span.sampled) {
    within.handed_on = std::chrono::steady_clock::now();
    open_->show_part("read", within.time.steady, within.handed_on);
  }
  return within;
}

void http_trace::engine_answered() const {
  if (open_ && open_->within.span.sampled) open_->answered = std::chrono::steady_clock::now();
}

http_done http_trace::ending(http_done done) const {
  if (!open_) return done;
  return [open = open_, done = std::move(done)](http_answer made) {
    made.trace = open->within.span;
    made.headers.emplace_back("traceresponse", to_traceparent(made.trace));
    if (made.trace.sampled) {
      const auto now = std::chrono::steady_clock::now();
      if (open->answered != trace_clock::time_point{})
        open->show_part("answer", open->answered, now);
      open->to.take_span(open->whole(made, now));
    }
    done(std::move(made));
  };
}

}  // namespace acta::internal
