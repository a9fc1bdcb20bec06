// serve: composes a node, its log, its signals and its ways in, from the start to the drain.
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "actors/base/longest_wait.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/greeting.hpp"
#include "runtime/cli/service_log.hpp"
#include "runtime/cli/service_manager.hpp"
#include "runtime/cli/stopping.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/cli/ways_in.hpp"
#include "runtime/delivery/api.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/delivery/due_commands.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/delivery/http_trace.hpp"
#include "runtime/delivery/routes.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/log.hpp"
#include "runtime/telemetry/process_metrics.hpp"

namespace acta {

using namespace internal;

namespace {

/// So many connections that half of the descriptors are left for the journal: out of them it could
/// open no file, and would take no more writes.
std::size_t most_connections(std::size_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NOFILE, &files);
  return std::min<std::size_t>(wanted, files.rlim_cur / 2);
}

http_options listening(const serve_options& how, service_log& told) {
  auto address = listen_address(how.listen);
  if (!address) throw command_error{"--listen: " + address.error().detail};
  address->max_connections = most_connections(address->max_connections);
  address->complain = [&told](const std::string& why) { told.complain_of_http(why); };
  return *std::move(address);
}

/// To close the journal, once the last answers have left.
constexpr std::chrono::milliseconds closing{1'000};
constexpr std::chrono::hours longest_drain{24 * 365};  // "never" must not overflow

std::chrono::milliseconds time_to_end(const options& settings) {
  return std::min<std::chrono::milliseconds>(settings.drain_deadline, longest_drain) +
         last_answers + closing +
         (settings.traces.endpoint.empty() ? std::chrono::milliseconds{0}
                                           : bounded(settings.traces.flush_deadline));
}

/// What the program has set goes before the environment.
trace_options traced(const serve_options& how) {
  auto traces = how.settings.traces;
  if (traces.endpoint.empty()) {
    auto read = tracing_from_environment(how.name);
    if (!read) throw command_error{read.error()};
    traces = *std::move(read);
  }
  if (how.trace_slower_than) traces.slower_than = *how.trace_slower_than;
  return traces;
}

std::string joined(const std::vector<std::string>& all) {
  std::string made;
  for (const auto& one : all) made += (made.empty() ? "" : "; ") + one;
  return made;
}

/// Has `serving` host what is to be served, and calls on_start.
void prepare(node& serving, const serve_options& how, const std::vector<aggregate_type>& types,
             stopping& end) {
  end.doing("describing what is hosted");
  for (const auto& type : types) serving.host(type);
  serving.require_all_hosted();
  end.doing("on_start");
  const users_code::call now{serving.users().get(), "on_start"};
  how.started(serving);
}

}  // namespace

int serve(const serve_options& how, const std::vector<aggregate_type>& types) {
  log events{level_of(how.log_level)};
  stopping end{events};
  service_log told{events, end};
  std::optional<node> serving;
  ways_in ways{events, end};

  auto settings = how.settings;
  settings.traces = traced(how);
  auto address = listening(how, told);
  address.answered = [&serving](const http_answer& answer, std::chrono::nanoseconds took) {
    serving->observe(
        {happening::request_handled, "http", answer.route, status_text(answer.status), took});
    show_untraced(*serving, answer);
  };
  address.refused = [&serving](std::string_view why) {
    serving->observe({happening::connection_refused, "http", {}, why});
  };
  const site here{address.host, how.hosts};
  http_server http{address, [&](const http_call& call, http_done done) {
                     answer_call(*serving, call, told.logged(call, std::move(done)), here,
                                 {[&events] { return process_metrics(events); },
                                  [&ways] { return ways.not_ready_reason(); }});
                   }};
  // The ways in open last. But a port that is in use must not leave a new journal behind.
  if (const auto bound = http.bind(); !bound) throw command_error{bound.error()};
  if (here.takes_all())
    events.warning(
        "every_host_taken",
        {{"reason", how.listen + " can be reached from elsewhere, and requests for every name are "
                                 "taken: with --host NAME only those for it are"}});

  settings.tell = told.told_to_both(std::move(settings.tell));
  end.leave_after(time_to_end(settings));
  serving.emplace(settings);
  // Shared, so that what holds the node's own end is named too.
  const auto users = serving->users();
  end.held_by([users] { return joined(users->under_way()); });
  prepare(*serving, how, types, end);

  const auto& data = settings.data_directory;
  control_socket control{data,
                         [&](const std::string& request, const std::function<bool()>& unwanted) {
                           if (auto answer = answer_schedule_control(*serving, request))
                             return *answer;
                           auto answer = answer_control(*serving, request, unwanted);
                           events.info("asked", {{"request", request}, {"answer", answer}});
                           return answer;
                         },
                         answer_while_busy};
  if (!data.empty()) ways.add(control, "no_backup_while_serving");
  std::vector<std::unique_ptr<way_in>> others;
  for (const auto& make : how.ways_in) {
    others.push_back(make({*serving, events, [&end] { end.give_up(); }}));
    ways.add(*others.back());
  }
  due_commands due{*serving};
  ways.add(due);
  ways.add(http);
  ways.open();
  tell_service_manager("READY=1");
  const auto url = url_of(address, http.port());
  end.doing("greeting");
  greet(how, url, types, *users);
  events.info("serving",
              {{"url", url}, {"data", data.string()}, {"last_position", serving->last().offset}});

  end.doing("serving");
  {
    const plain_abort with_a_core;
    const auto signal = end.wait();
    tell_service_manager("STOPPING=1");
    events.info("draining", {{"signal", signal}});
  }
  const bool drained = ways.drain(*serving, settings.drain_deadline);
  const auto last_position = serving->last().offset;
  end.doing("waiting for users' code");
  if (!drained && !users->none()) end.leave("users' code did not return in time");
  end.doing("closing the journal");
  // Its last flush may fail, and spans may be lost: both are told of.
  others.clear();
  serving.reset();
  events.info("stopped", {{"drained", drained}, {"last_position", last_position}});
  // While a second signal still ends us as it should.
  end.doing("writing the log");
  events.flush(std::chrono::milliseconds{500});
  return drained && !end.gave_up() && !told.told_of_failure() ? 0 : 1;
}

}  // namespace acta
