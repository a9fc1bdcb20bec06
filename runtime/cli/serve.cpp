// serve: a node behind HTTP, from its start to its drain.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <optional>

#include "actors/ports/users_code.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/stopping.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/delivery/api.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta {

using namespace internal;

namespace {

log_level level_of(const std::string& name) {
  if (name == "debug") return log_level::debug;
  if (name == "warning") return log_level::warning;
  return name == "error" ? log_level::error : log_level::info;
}

void greet(const serve_options& how, const std::string& url,
           const std::vector<aggregate_type>& types, users_code& users) {
  const auto& data = how.settings.data_directory;
  std::cout << how.name << " serves " << url << ", its journal is in "
            << (data.empty() ? "memory" : printable(data.string())) << "\n\nTry:\n  curl " << url
            << "/v1      # commands, events and their fields\n";
  for (const auto& type : types) {
    if (type.retired()) continue;
    const users_code::call now{&users, "the description of", type.name};
    const auto aggregate = url + "/v1/" + type.name + "/4711";
    for (const auto& command : type.commands) {
      const auto schema = schema_of(*command.payload);
      std::cout << "  curl -d '" << (schema ? example_of(*schema).dump() : "{}") << "' "
                << aggregate << "/" << command.name << "\n";
    }
    std::cout << "  curl " << aggregate << "\n  curl " << aggregate << "/events\n";
  }
  std::cout << "  curl " << url << "/metrics\n" << std::endl;
}

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

/// For the last answers, and to close the journal, once the drain is over.
constexpr std::chrono::milliseconds last_answers{2'000};
constexpr std::chrono::milliseconds closing{1'000};
constexpr std::chrono::hours longest_drain{24 * 365};  // "never" must not overflow

std::string joined(const std::vector<std::string>& all) {
  std::string made;
  for (const auto& one : all) made += (made.empty() ? "" : "; ") + one;
  return made;
}

/// Our log has all that is told, and whoever configured a handler hears it too.
/// `failed` is set when it is told that something failed.
notice_handler told_to_both(log& events, stopping& end, std::atomic<bool>& failed,
                            notice_handler theirs) {
  return [&events, &end, &failed, theirs = std::move(theirs)](const notice& told) {
    if (told.failed) failed = true;
    events.write(told.failed ? log_level::error : log_level::warning, told.event,
                 {{"reason", told.reason}});
    if (told.event == "node_failed") end.give_up();
    if (theirs) theirs(told);
  };
}

}  // namespace

int serve(const serve_options& how, const std::vector<aggregate_type>& types) {
  log events{level_of(how.log_level)};
  stopping end{events};
  auto address = listen_address(how.listen);
  if (!address) throw command_error{"--listen: " + address.error().detail};
  address->max_connections = most_connections(address->max_connections);
  address->complain = [&events](const std::string& why) {
    events.warning("http", {{"reason", why}});
  };
  const site here{address->host, how.hosts};
  std::atomic<bool> failed{false};  // as some notice said; outlives the node, which tells it
  std::optional<node> serving;
  http_server http{*address, [&serving, &events, &here](const http_call& call, http_done done) {
                     answer_call(
                         *serving, call,
                         [&events, target = call.target, done = std::move(done)](http_answer made) {
                           if (!made.inside.empty())
                             events.error("request_failed", {{"target", target},
                                                             {"status", made.status},
                                                             {"reason", made.inside}});
                           done(std::move(made));
                         },
                         here, [&events] { return events.metrics(); });
                   }};
  // The way in opens last. But a port that is in use must not leave a new journal behind.
  if (const auto bound = http.bind(); !bound) throw command_error{bound.error()};
  if (here.takes_all())
    events.warning(
        "every_host_taken",
        {{"reason", how.listen + " can be reached from elsewhere, and requests for every name are "
                                 "taken: with --host NAME only those for it are"}});
  auto settings = how.settings;
  settings.tell = told_to_both(events, end, failed, std::move(settings.tell));
  const auto drain = std::min<std::chrono::milliseconds>(settings.drain_deadline, longest_drain);
  end.leave_after(drain + last_answers + closing);
  serving.emplace(settings);
  // Shared, so that what holds the node's own end is named too.
  const auto users = serving->users();
  end.held_by([users] { return joined(users->under_way()); });
  end.doing("describing what is hosted");
  for (const auto& type : types) serving->host(type);
  serving->require_all_hosted();
  end.doing("on_start");
  {
    const users_code::call now{users.get(), "on_start"};
    how.started(*serving);
  }
  end.doing("opening the ways in");
  const auto data = settings.data_directory;
  std::atomic<bool> no_more_backups{false};
  std::atomic<bool> backing_up{false};
  control_socket control{data,
                         [&](const std::string& request, const std::function<bool()>& left) {
                           backing_up = true;
                           auto answer = answer_control(*serving, request,
                                                        [&] { return no_more_backups || left(); });
                           backing_up = false;
                           events.info("asked", {{"request", request}, {"answer", answer}});
                           return answer;
                         },
                         answer_while_busy};
  if (const auto listens = data.empty() ? result<void>{} : control.start(); !listens)
    events.warning("no_backup_while_serving", {{"reason", listens.error().detail}});
  const auto port = http.start();
  if (!port) throw command_error{port.error()};
  const auto url = url_of(*address, *port);
  end.doing("greeting");
  greet(how, url, types, *users);
  events.info("serving",
              {{"url", url}, {"data", data.string()}, {"last_position", serving->last().offset}});
  end.doing("serving");
  {
    const plain_abort with_a_core;
    events.info("draining", {{"signal", end.wait()}});
  }
  no_more_backups = true;
  end.doing("draining");
  // The ways in first; then what was accepted is answered; then those answers are written.
  http.refuse_new();
  const bool drained = serving->shut_down(settings.drain_deadline);
  end.doing("writing the last answers");
  if (const auto cut = http.stop(last_answers))
    events.warning("answers_cut",
                   {{"reason", std::to_string(cut) +
                                   " connections took their answers too slowly, and were closed"}});
  end.doing(backing_up ? "waiting for a backup" : "closing the control socket");
  control.stop();
  events.info("stopped", {{"drained", drained}, {"last_position", serving->last().offset}});
  end.doing("waiting for users' code");
  if (!drained && !users->none()) end.leave("users' code did not return in time");
  end.doing("closing the journal");
  // Its last flush may fail, and is told of.
  serving.reset();
  // While a second signal still ends us as it should.
  end.doing("writing the log");
  events.flush(std::chrono::milliseconds{500});
  return drained && !end.gave_up() && !failed ? 0 : 1;
}

}  // namespace acta
