#include "runtime/delivery/api.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "actors/model/malformed.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/delivery/command_json.hpp"
#include "runtime/delivery/event_json.hpp"
#include "runtime/delivery/http_trace.hpp"
#include "runtime/delivery/paths.hpp"
#include "runtime/delivery/preconditions.hpp"
#include "runtime/delivery/problem.hpp"
#include "runtime/delivery/routes.hpp"
#include "runtime/delivery/schedule_requests.hpp"
#include "runtime/schedule/book.hpp"

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t max_events_per_answer = 1000;
constexpr const char* command_id_header = "Idempotency-Key";
constexpr const char* correlation_id_header = "X-Correlation-Id";

http_answer json_answer(const ordered_json& body) {
  // What an embedder wrote beside HTTP, an id for instance, need not be UTF-8: it is shown as far
  // as it can be, since to throw here would end a thread of the runtime.
  constexpr auto replace = ordered_json::error_handler_t::replace;
  return {200, "application/json", body.dump(-1, ' ', false, replace) + "\n"};
}

http_answer only(const char* methods, const char* hint = "") {
  auto made = problem(405, "method_not_allowed",
                      std::string{"only "} + methods + " is answered here" + hint);
  made.headers.emplace_back("Allow", methods);
  return made;
}

/// HEAD is GET whose body stays here; the server sees to that.
bool reads(const http_call& call) { return call.method == "GET" || call.method == "HEAD"; }
constexpr const char* reading_methods = "GET, HEAD";

/// A number in the query, or `otherwise` if it was not given.
result<std::uint64_t> number(const request_target& target, const char* name,
                             std::uint64_t otherwise, std::uint64_t least = 0,
                             std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
  const auto found = target.query.find(name);
  if (found == target.query.end()) return otherwise;
  const auto value = whole_number(found->second);
  if (!value || *value < least || *value > most)
    return malformed(name, "must be a whole number from " + std::to_string(least) + " to " +
                               std::to_string(most));
  return *value;
}

/// Fails on a header that is kept with the events but could not be shown with them, and on a key
/// that would not keep the promise that whoever sent it relies on.
result<call_options> options_of(const http_call& call) {
  const auto keys = call.headers.count("idempotency-key");
  if (keys > 1) return malformed(command_id_header, "there is more than one");
  call_options how;
  how.command_id = call.header("idempotency-key");
  how.correlation_id = call.header("x-correlation-id");
  how.trace_context = call.header("traceparent");
  how.trace_state = call.header("tracestate");
  if (keys == 1 && how.command_id.empty()) return malformed(command_id_header, "is empty");
  if (!is_utf8(how.command_id)) return malformed(command_id_header, "is not UTF-8");
  if (!is_utf8(how.correlation_id)) return malformed(correlation_id_header, "is not UTF-8");
  return how;
}

/// How far back a repeat of the command may lie; nothing, if the client does not say.
result<std::optional<timestamp>> repeats_since(const http_call& call) {
  constexpr const char* header = "Idempotency-Since";
  const auto given = call.headers.count("idempotency-since");
  if (given == 0) return std::optional<timestamp>{};
  if (given > 1) return malformed(header, "there is more than one");
  if (call.headers.count("idempotency-key") == 0)
    return malformed(header, std::string{"has no effect without "} + command_id_header);
  const auto since = from_rfc3339(call.header("idempotency-since"));
  if (!since)
    return malformed(header, "must be an RFC 3339 time within the years 0 to 9999, in UTC");
  return since;
}

/// What the runtime calls a command id or a correlation id came as a header.
error in_http(error what) {
  if (what.code != errc::malformed) return what;
  if (what.field == "command_id") what.field = command_id_header;
  if (what.field == "correlation_id") what.field = correlation_id_header;
  return what;
}

/// Fails on a parameter that would have no effect: misspelt, it would go unnoticed.
result<void> takes_only(const request_target& target, std::initializer_list<const char*> known) {
  for (const auto& [name, value] : target.query)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return malformed(name, "is no parameter of this");
  return {};
}

/// True if the body is as the sender made it: no coding is undone here.
bool is_plain(const http_call& call) {
  const auto coding = call.header("content-encoding");
  const auto same = [](char a, char b) { return (a | ('a' - 'A')) == b; };
  constexpr std::string_view identity = "identity";
  return coding.empty() ||
         std::equal(coding.begin(), coding.end(), identity.begin(), identity.end(), same);
}

http_answer unknown_coding() {
  auto made = problem(415, "unknown_coding", "a body is taken as it is, without Content-Encoding");
  made.headers.emplace_back("Accept-Encoding", "identity");
  return made;
}

/// Returns the problem document for an error of the engine, and notes in the trace that the engine
/// has shown it.
http_answer told_by_engine(const http_trace& trace, const error& why) {
  auto made = problem(in_http(why));
  trace.engine_answered(made);
  return made;
}

void post_command(node& to, const aggregate_type& type, const request_target& target,
                  const http_call& call, const http_done& done, const http_trace& trace) {
  const auto index = type.find_command(target.path[3]);
  if (!index)
    return done(problem(
        error{errc::unknown_command, type.name + " has no command '" + target.path[3] + "'"}));
  if (call.method != "POST") return done(only("POST"));
  if (auto good = takes_only(target, {}); !good) return done(problem(good.error()));
  const auto refuse = [&](const error& why) {
    to.count_refused(type, *index, why.code);
    done(problem(why));
  };
  auto command = command_from_json(type.commands[*index], call.body, to.users().get());
  if (!command) return refuse(command.error());
  auto how = options_of(call);
  if (!how) return refuse(how.error());
  auto expected = expected_by_command(call);
  if (!expected) return refuse(expected.error());
  how->expected_version = *std::move(expected);
  const auto since = repeats_since(call);
  if (!since) return refuse(since.error());
  how->repeats_since = *since;
  const auto command_id = how->command_id;
  how->within = trace.hand_on();
  const auto sent = to.execute(
      type, target.path[2], *index, *std::move(command), *std::move(how),
      [done, command_id, trace](const result<receipt>& outcome) {
        if (!outcome) return done(told_by_engine(trace, outcome.error()));
        ordered_json body{{"version", outcome->version.value},
                          {"events", outcome->events},
                          {"repeated", outcome->repeated}};
        if (!command_id.empty()) body["command_id"] = command_id;
        done(json_answer(body));
      },
      answer_exit::ways_in);
  if (!sent) done(told_by_engine(trace, sent.error()));
}

result<freshness> freshness_of(const request_target& target) {
  if (auto good = takes_only(target, {"at_least", "from"}); !good) return good.error();
  const auto floor = number(target, "at_least", 0);
  if (!floor) return floor.error();
  const auto from = target.query.find("from");
  if (from == target.query.end()) return at_least({*floor});
  if (from->second != "aggregate") return malformed("from", "can be nothing but 'aggregate'");
  if (*floor > 0)
    return malformed("at_least", "does not go with from=aggregate, which never waits");
  return from_aggregate;
}

/// Names a version, and what is seen of it: another program may show the same events otherwise.
std::string tag_of(version at, const std::string& body) {
  const auto hash = cbor_codec{}.hash(std::as_bytes(std::span{body}));
  return "\"" + std::to_string(at.value) + "-" + std::to_string(hash) + "\"";
}

void get_view(node& to, const aggregate_type& type, const request_target& target,
              const http_call& call, const http_done& done, const http_trace& trace) {
  auto how = options_of(call);
  if (!how) return done(problem(how.error()));
  const auto fresh = freshness_of(target);
  if (!fresh) return done(problem(fresh.error()));
  how->fresh = *fresh;
  how->cancelled = call.cancelled;
  const auto expected = expected_by_if_match(call);
  if (!expected) return done(problem(expected.error()));
  const auto known = known_by_if_none_match(call);
  if (!known) return done(problem(known.error()));
  const auto& id = target.path[2];
  how->within = trace.hand_on();
  const auto sent = to.query(
      type, id, *std::move(how),
      [done, id, trace, known = *known, expected = *expected,
       users = to.users()](result<any_view> got) {
        if (!got) return done(told_by_engine(trace, got.error()));
        if (!expected.holds(got->version)) return done(problem(wrong_version(got->version)));
        std::vector<std::string> unrepresentable;
        const auto view = [&] {
          const users_code::call now{users.get(), "the JSON of the view of", id};
          return to_json([&](visitor& v) { return got->view->visit(v); }, &unrepresentable);
        }();
        // JSON takes every value: it was inspect() that failed.
        if (!view)
          return done(problem(
              error{view.error().code == errc::malformed ? errc::domain_failed : view.error().code,
                    id + ": " + view.error().detail}));
        ordered_json body{{"id", id}, {"version", got->version.value}, {"view", *view}};
        if (!unrepresentable.empty()) body["unrepresentable"] = unrepresentable;
        auto made = json_answer(body);
        const auto tag = tag_of(got->version, made.body);
        if (known.has(tag)) return done({304, {}, {}, {{"ETag", tag}}});
        made.headers.emplace_back("ETag", tag);
        done(std::move(made));
      },
      answer_exit::ways_in);
  if (!sent) done(told_by_engine(trace, sent.error()));
}

void get_events(node& to, const aggregate_type& type, const request_target& target,
                const http_done& done) {
  if (auto good = takes_only(target, {"from", "limit"}); !good) return done(problem(good.error()));
  const auto from = number(target, "from", 1);
  const auto limit = number(target, "limit", 100, 1, max_events_per_answer);
  if (!from) return done(problem(from.error()));
  if (!limit) return done(problem(limit.error()));
  const auto admitted = to.events(
      type, target.path[2], {*from}, *limit,
      [done, &type, users = to.users()](result<std::vector<recorded_event>> got) {
        if (!got) return done(problem(got.error()));
        auto all = ordered_json::array();
        for (const auto& event : *got) {
          const users_code::call now{users.get(), "the JSON of", event.type, &event.stream,
                                     event.position.offset};
          auto written = event_json(type, event);
          if (!written) return done(problem(written.error()));
          all.push_back(*std::move(written));
        }
        done(json_answer({{"events", std::move(all)}}));
      },
      answer_exit::ways_in);
  if (!admitted) done(problem(admitted.error()));
}

void answer_aggregate(node& to, const request_target& target, const http_call& call,
                      const http_done& done, const http_trace& trace) {
  const auto& path = target.path;
  const auto* type = to.find(path[1]);
  if (!type)
    return done(problem(error{errc::unknown_aggregate, "'" + path[1] + "' is not hosted here"}));
  if (const auto good = check_id(path[2], "id"); !good) return done(problem(good.error()));
  if (type->retired() && !(path.size() == 4 && path[3] == "events" && reads(call)))
    return done(
        problem(error{errc::retired, type->name + " is retired: only its events can be read"}));
  if (type->name == schedule_type && !reads(call))
    return done(only(reading_methods, ": schedules are added and changed at /schedules"));
  // A command may be called so too: it is posted, and they are read.
  const bool events = path.size() == 4 && path[3] == "events" &&
                      !(call.method == "POST" && type->find_command("events"));
  if (path.size() == 4 && !events) return post_command(to, *type, target, call, done, trace);
  if (!reads(call)) return done(only(reading_methods));
  if (events) return get_events(to, *type, target, done);
  get_view(to, *type, target, call, done, trace);
}

template <class T>
http_answer list_answer(std::string name, const std::vector<T>& all,
                        const std::filesystem::path& journal,
                        ordered_json (*written)(const T&, const std::filesystem::path&)) {
  std::replace(name.begin(), name.end(), '-', '_');
  auto list = ordered_json::array();
  for (const auto& one : all) list.push_back(written(one, journal));
  return json_answer({{name, std::move(list)}});
}

void answer_service(node& to, const request_target& target, const http_call& call,
                    const http_done& done, const api_surroundings& around) {
  const auto& name = target.path[0];
  if (!reads(call)) return done(only(reading_methods));
  if (auto good = takes_only(target, {}); !good) return done(problem(good.error()));
  if (name == "v1") {
    auto types = to.hosted();
    for (const auto* type : to.retired()) types.push_back(type);
    return done(json_answer(describe_hosted(types, to.users().get())));
  }
  const auto state = to.ready();
  if (name == "healthz") {
    // Only a new process mends it.
    if (!state && state.error().code == errc::unavailable) return done(problem(state.error()));
    return done({200, "text/plain", "alive\n"});
  }
  if (name == "metrics")
    return to.metrics(
        [done, metrics = around.metrics](const std::string& text) {
          done({200, "text/plain; version=0.0.4", text + metrics()});
        },
        answer_exit::ways_in);
  const auto journal = to.data_directory();
  if (name == "dead-letters")
    return done(list_answer(name, to.dead_letters(), journal, dead_letter_json));
  if (name == "parked")
    return to.parked(
        [done, name, journal](const std::vector<parked>& all) {
          done(list_answer(name, all, journal, parked_json));
        },
        answer_exit::ways_in);
  const auto why = state ? around.not_ready_reason() : state.error().detail;
  if (why.empty()) return done({200, "text/plain", "ready\n"});
  done(problem(503, "not_ready", without_paths(why, journal)));
}

/// GET /schedules and /schedules/NAME, POST /schedules and /schedules/NAME/{pause,...}.
void answer_schedules(node& to, const request_target& target, const http_call& call,
                      const http_done& done, const http_trace& trace) {
  const auto& path = target.path;
  const bool lists = path.size() == 1 && reads(call);
  if (auto good = lists ? takes_only(target, {"after", "limit"}) : takes_only(target, {}); !good)
    return done(problem(good.error()));
  schedule_request request;
  if (lists) {
    const auto limit = number(target, "limit", 100, 1, max_events_per_answer);
    if (!limit) return done(problem(limit.error()));
    request.most = *limit;
    if (const auto after = target.query.find("after"); after != target.query.end())
      request.name = after->second;
  } else if (path.size() == 1) {
    if (call.method != "POST") return done(only("GET, HEAD, POST"));
    const auto body = parse_json(call.body);
    if (!body) return done(problem(in_body(body.error())));
    request.call = schedule_call::add;
    request.plan = *body;
  } else if (path.size() == 2) {
    if (!reads(call)) return done(only(reading_methods));
    request.call = schedule_call::show;
    request.name = path[1];
  } else {
    const auto wanted = schedule_call_of(path[2]);
    if (!wanted || *wanted < schedule_call::pause)
      return done(problem(404, "no_route", "see GET /v1 for what there is"));
    if (call.method != "POST") return done(only("POST"));
    request.call = *wanted;
    request.name = path[1];
  }
  auto how = options_of(call);
  if (!how) return done(problem(how.error()));
  const auto since = repeats_since(call);
  if (!since) return done(problem(since.error()));
  how->repeats_since = *since;
  // What is only read is in memory: the engine hears nothing of it.
  const bool asks_engine = !reads(call);
  if (asks_engine) how->within = trace.hand_on();
  answer_schedules(to, request, *std::move(how),
                   [done, trace, asks_engine](const result<ordered_json>& answer) {
                     if (answer) return done(json_answer(*answer));
                     done(asks_engine ? told_by_engine(trace, answer.error())
                                      : problem(in_http(answer.error())));
                   });
}

}  // namespace

void answer_call(node& to, const http_call& call, http_done done, const site& here,
                 const api_surroundings& around) {
  const http_trace trace{to, call};
  done = trace.ending(std::move(done));
  // Asked of the server as a whole (RFC 9112, 3.2.4), which is no route.
  const bool of_all = call.method == "OPTIONS" && call.target == "*";
  const auto target = parse_target(of_all ? "/" : call.target);
  if (!target) return done(problem(target.error()));
  const auto& path = target->path;
  done = [done = std::move(done), route = route_of(call.method, path)](http_answer made) {
    made.route = route;
    done(std::move(made));
  };
  // Whoever watches the process asks by whatever name it has.
  const bool watched = path.size() == 1 && (path[0] == "healthz" || path[0] == "readyz");
  if (const auto taken = here.takes(call); !taken && !watched)
    return done(problem(421, "misdirected", taken.error().detail));
  if (!call.body.empty() && !is_plain(call)) return done(unknown_coding());
  if (!reads(call) && here.is_foreign(call))
    return done(problem(403, "foreign_origin", "commands are not taken from other sites' pages"));
  if ((path.size() == 3 || path.size() == 4) && path[0] == "v1")
    return answer_aggregate(to, *target, call, done, trace);
  if (!path.empty() && path.size() <= 3 && path[0] == "schedules")
    return answer_schedules(to, *target, call, done, trace);
  if (path.size() == 1 && is_service(path[0]))
    return answer_service(to, *target, call, done, around);
  done(problem(404, "no_route", "see GET /v1 for what there is"));
}

}  // namespace acta::internal
