// serve: a node behind HTTP, from its start to its drain.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "runtime/cli/commands.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/delivery/api.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta {

namespace {

log_level level_of(const std::string& name) {
  if (name == "debug") return log_level::debug;
  if (name == "warning") return log_level::warning;
  return name == "error" ? log_level::error : log_level::info;
}

void greet(const serve_options& how, const std::string& url,
           const std::vector<aggregate_type>& types) {
  std::cout << how.name << " serves " << url << ", its journal is in " << how.data.string()
            << "\n\nTry:\n  curl " << url << "/v1      # commands, events and their fields\n";
  for (const auto& type : types) {
    if (type.retired()) continue;
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

/// Signals are taken by whoever waits for them, so they are blocked before any thread starts.
class stop_signals {
public:
  stop_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGHUP);  // a terminal that was closed
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  std::string wait() const {
    int received = 0;
    sigwait(&set_, &received);
    if (received == SIGHUP) return "SIGHUP";
    return received == SIGINT ? "SIGINT" : "SIGTERM";
  }

private:
  sigset_t set_{};
};

}  // namespace

int serve(const serve_options& how, const std::vector<aggregate_type>& types) {
  const stop_signals signals;
  log events{level_of(how.log_level)};
  auto address = listen_address(how.listen);
  if (!address) throw command_error{"--listen: " + address.error().detail};
  address->max_connections = most_connections(address->max_connections);
  address->complain = [&events](const std::string& why) {
    events.warning("http", {{"reason", why}});
  };
  std::optional<node> serving;
  http_server http{
      *address, [&serving, &events](const http_call& call, http_done done) {
        answer_call(*serving, call,
                    [&events, target = call.target, done = std::move(done)](http_answer made) {
                      if (!made.inside.empty())
                        events.error(
                            "request_failed",
                            {{"target", target}, {"status", made.status}, {"reason", made.inside}});
                      done(std::move(made));
                    });
      }};
  // The way in opens last. But a port that is in use must not leave a new journal behind.
  if (const auto bound = http.bind(); !bound) throw command_error{bound.error()};
  auto settings = embedded(how.data);
  how.configure(settings);
  settings.tell = [&events](const notice& told) {
    events.write(told.failed ? log_level::error : log_level::warning, told.event,
                 {{"reason", told.reason}});
  };
  serving.emplace(settings);
  for (const auto& type : types) serving->host(type);
  serving->require_all_hosted();
  how.started(*serving);
  control_socket control{how.data, [&](const std::string& request) {
                           auto answer = answer_control(*serving, request);
                           events.info("asked", {{"request", request}, {"answer", answer}});
                           return answer;
                         }};
  if (const auto listens = control.start(); !listens)
    events.warning("no_backup_while_serving", {{"reason", listens.error().detail}});
  const auto port = http.start();
  if (!port) throw command_error{port.error()};
  const auto url = url_of(*address, *port);
  greet(how, url, types);
  events.info(
      "serving",
      {{"url", url}, {"data", how.data.string()}, {"last_position", serving->last().offset}});
  events.info("draining", {{"signal", signals.wait()}});
  // The ways in first; then what was accepted is answered; then those answers are written.
  http.refuse_new();
  const bool drained = serving->shut_down(settings.drain_deadline);
  if (const auto cut = http.stop(std::chrono::seconds{2}))
    events.warning("answers_cut",
                   {{"reason", std::to_string(cut) +
                                   " connections took their answers too slowly, and were closed"}});
  control.stop();
  events.info("stopped", {{"drained", drained}, {"last_position", serving->last().offset}});
  return drained ? 0 : 1;
}

}  // namespace acta
