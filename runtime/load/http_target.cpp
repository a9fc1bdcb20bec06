#include "runtime/load/http_target.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <utility>

namespace acta::internal::load {

namespace {

using nlohmann::json;

constexpr int ok = 200;
constexpr int not_found = 404;
constexpr int refused = 422;
constexpr std::chrono::milliseconds between_looks{100};
constexpr std::size_t most_body_bytes = 16 * 1024 * 1024;  // of a page of events

/// Of an operation that has no answer, or none that can be read.
outcome nobody_knows(const char* code, bool is_command) {
  outcome none;
  none.code = code;
  // It may have been carried out all the same.
  none.effect = is_command ? said::unknown : said::no;
  none.may_retry = true;
  return none;
}
outcome malformed_answer(bool is_command) { return nobody_knows("malformed_answer", is_command); }

outcome success_from(const json& body, bool is_command) {
  outcome read;
  const auto version = count_in(body, "version");
  const auto events = is_command ? count_in(body, "events", UINT32_MAX) : 0;
  if (!version || !events) return malformed_answer(is_command);
  read.version = *version;
  read.events = static_cast<std::uint32_t>(*events);
  read.effect = is_command ? said::done : said::no;
  return read;
}

/// Throws json::exception if a member has a wrong type.
outcome outcome_from(const json& body, const http_response& answer, bool is_command) {
  if (answer.status == ok) return success_from(body, is_command);
  outcome read;
  // In the code's place is the domain's own reason, which a node in this process names apart.
  read.code = answer.status == refused
                  ? std::string{to_string(errc::refused)}
                  : body.value("code", "status_" + std::to_string(answer.status));
  read.effect = is_command && body.value("effect", "unknown") != "none" ? said::unknown : said::no;
  read.may_retry = body.value("retry", false);
  return read;
}

/// Reads an answer by README.
outcome outcome_of(const http_response& answer, bool is_command) {
  const auto body = json::parse(answer.body, nullptr, false);
  if (!body.is_object()) return malformed_answer(is_command);
  try {
    return outcome_from(body, answer, is_command);
  } catch (const json::exception&) {
    return malformed_answer(is_command);
  }
}

outcome outcome_of(const error& why, bool is_command) {
  if (why.code == errc::overloaded) return {"no_connection", said::no, 0, 0, true};
  if (why.code == errc::malformed) return malformed_answer(is_command);
  return nobody_knows("unreachable", is_command);
}

}  // namespace

http_target::http_target(const std::vector<http_url>& servers, std::string type, settings how)
    : servers_{servers},
      type_{std::move(type)},
      how_{std::move(how)},
      free_connections_{how.connections} {
  http_client_options how_read;
  how_read.max_body_bytes = most_body_bytes;
  how_read.authorities = how_.authorities;
  for (std::size_t i = 0; i < how_.connections; ++i) {
    clients_.push_back(std::make_unique<http_client>(io_, servers_[i % servers_.size()], how_read));
    free_.push_back(clients_.back().get());
  }
  thread_ = std::thread{[this] { io_.run(); }};
}

http_target::~http_target() {
  boost::asio::post(io_, [this] {
    over_ = true;
    for (auto& one : clients_) one->cancel();
    for (auto& one : std::exchange(waiting_, {}))
      one.done(error{errc::unavailable, "the run is over"});
  });
  open_.reset();
  thread_.join();
}

std::string http_target::path_of(const std::string& id) const { return "/v1/" + type_ + "/" + id; }

void http_target::begin(operation what, std::function<void(outcome)> done) {
  const bool is_command = !what.command.empty();
  http_request request;
  request.target = path_of(what.id);
  if (is_command) {
    request.method = "POST";
    request.target += "/" + what.command;
    request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", what.command_id}};
    request.body = what.arguments.dump();
  }
  ask(std::move(request),
      [done = std::move(done), is_command](const result<http_response>& answer) {
        done(answer ? outcome_of(*answer, is_command) : outcome_of(answer.error(), is_command));
      });
}

void http_target::ask(http_request what, http_client::callback done) {
  boost::asio::post(io_, [this, one = asked{std::move(what), std::move(done)}]() mutable {
    if (over_) return one.done(error{errc::unavailable, "the run is over"});
    if (free_.empty() && waiting_.size() >= how_.most_waiting)
      return one.done(error{errc::overloaded, "too many operations wait for a connection"});
    if (free_.empty()) return waiting_.push_back(std::move(one));
    auto* on = free_.back();
    free_.pop_back();
    start(*on, std::move(one));
  });
}

void http_target::start(http_client& on, asked one) {
  free_connections_ = free_.size();
  on.ask(std::move(one.what), how_.limit,
         [this, &on, done = std::move(one.done)](result<http_response> answer) {
           done(std::move(answer));
           if (waiting_.empty()) {
             free_.push_back(&on);
             free_connections_ = free_.size();
             return;
           }
           // Not from within the call that ends: the client is free when it has returned.
           boost::asio::post(io_, [this, &on, next = std::move(waiting_.front())]() mutable {
             start(on, std::move(next));
           });
           waiting_.pop_front();
         });
}

result<http_response> http_target::ask(http_request what) {
  // Shared: an answer may come when nobody waits for it any more.
  const auto promise = std::make_shared<std::promise<result<http_response>>>();
  auto later = promise->get_future();
  ask(std::move(what),
      [promise](result<http_response> answer) { promise->set_value(std::move(answer)); });
  while (later.wait_for(between_looks) != std::future_status::ready)
    if (reads_are_over_) return error{errc::unavailable, "its answer was not waited for"};
  return later.get();
}

result<http_response> http_target::ask(const http_url& server, http_request what) {
  std::promise<result<http_response>> promise;
  boost::asio::io_context io;
  http_client client{io, server, {.authorities = how_.authorities}};
  client.ask(std::move(what), how_.limit,
             [&promise](result<http_response> answer) { promise.set_value(std::move(answer)); });
  io.run();
  return promise.get_future().get();
}

result<void> http_target::is_ready() {
  for (const auto& server : servers_) {
    const auto answer = ask(server, http_request{"GET", "/readyz", {}, {}});
    const auto why = server.origin() + " is not ready: ";
    if (!answer) return error{errc::unavailable, why + answer.error().detail};
    if (answer->status != ok)
      return error{errc::unavailable, why + "it answered " + std::to_string(answer->status)};
  }
  return {};
}

result<json> http_target::read(const std::string& path, const char* member) {
  const auto answer = ask(http_request{"GET", path, {}, {}});
  if (!answer) return answer.error();
  if (answer->status == not_found) return json(nullptr);
  auto body = json::parse(answer->body, nullptr, false);
  if (answer->status != ok || !body.is_object() || !body.contains(member))
    return error{errc::unavailable, path + " was answered " + std::to_string(answer->status)};
  return body;
}

result<std::vector<stored_event>> http_target::events(const std::string& id, std::uint64_t from,
                                                      std::size_t most) {
  const auto asked_for =
      path_of(id) + "/events?from=" + std::to_string(from) + "&limit=" + std::to_string(most);
  const auto body = read(asked_for, "events");
  if (!body) return body.error();
  std::vector<stored_event> stored;
  if (body->is_null()) return stored;
  const auto& all = body->at("events");
  if (!all.is_array()) return error{errc::unavailable, asked_for + " was answered without a list"};
  for (const auto& one : all) {
    auto event = stored_event_of(one);
    if (!event)
      return error{errc::unavailable, asked_for + " was answered with " + event.error().detail};
    stored.push_back(*std::move(event));
  }
  return stored;
}

result<stored_view> http_target::view(const std::string& id) {
  const auto body = read(path_of(id), "view");
  if (!body) return body.error();
  if (body->is_null()) return stored_view{};
  const auto version = count_in(*body, "version");
  if (!version) return error{errc::unavailable, path_of(id) + " was answered without a version"};
  return stored_view{*version, body->at("view")};
}

}  // namespace acta::internal::load
