#include "runtime/delivery/amqp/amqp_session.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "actors/base/utf8.hpp"
#include "actors/model/guard.hpp"
#include "actors/ports/trace_ids.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/codec/trace_context.hpp"
#include "runtime/delivery/problem.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta::internal {

namespace {

/// Heartbeats are due half as often as the shortest one that a URL can name, at least.
constexpr std::chrono::milliseconds longest_sleep{500};
constexpr std::chrono::seconds between_checks{1};
constexpr std::chrono::seconds read_only_at_most{10};
constexpr std::size_t most_detail_bytes = 1'024;
constexpr std::string_view way{"amqp"};
constexpr std::string_view no_route{"unreadable"};

timestamp wall_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

amqp_session::amqp_session(setting with, amqp_connection& broker)
    : with_{std::move(with)}, broker_{broker}, all_{with_.retrying} {}

amqp_session::parting amqp_session::run() {
  auto ended = handle_messages();
  settle_the_rest();
  return ended;
}

amqp_session::parting amqp_session::handle_messages() {
  for (;;) {
    const auto more = broker_.read(*this);
    if (!unroutable_.empty()) {
      broker_.close();
      return {end::unroutable, unroutable_};
    }
    if (!more) return {end::lost, more.error().detail};
    take_outcomes();
    all_.wake(clock::now());
    follow_orders();
    take_steps();
    if (with_.orders.leave || (refused_new_ && all_.size() == 0)) {
      broker_.close();
      return {end::stopped};
    }
    if (is_read_only_for_long()) {
      broker_.close();
      return {end::read_only, with_.serving.not_ready_reason()};
    }
    if (!*more) wait();
  }
}

void amqp_session::delivered(amqp_message message) {
  const auto tag = message.tag;
  const auto now = clock::now();
  auto target =
      target_of(message, [this](std::string_view type) { return with_.serving.find(type); });
  auto& one = open_[tag];
  one.message = std::move(message);
  one.since = now;
  one.traced = {with_.serving.begin_trace(trace_header(one.message, "traceparent"),
                                          trace_header(one.message, "tracestate")),
                one.message};
  if (target) {
    one.target = *std::move(target);
    all_.take(tag, one.target.type->name + "/" + one.target.id, now);
  } else {
    all_.refuse(tag, target.error(), now);
  }
  take_steps();
}

void amqp_session::confirmed(std::uint64_t tag) {
  // What a broker could route nowhere it returns, and then confirms all the same.
  if (!unroutable_.empty()) return;
  all_.confirmed(tag);
  take_steps();
}

void amqp_session::returned(std::string why) { unroutable_ = std::move(why); }

void amqp_session::blocked(const std::string& why) {
  with_.events.warning("amqp_blocked", {{"queue", with_.queue}, {"reason", why}});
}

void amqp_session::unblocked() { with_.events.info("amqp_unblocked", {{"queue", with_.queue}}); }

void amqp_session::take_outcomes() {
  for (const auto& [session, tag, ended] : with_.inbox->take_all()) {
    if (session != with_.number) continue;
    if (ended)
      answered(tag, ended);
    else
      answered(tag, about_message(ended.error()));
  }
}

void amqp_session::answered(std::uint64_t tag, const result<receipt>& outcome) {
  if (const auto found = open_.find(tag); found != open_.end()) {
    auto& one = found->second;
    one.traced.answered();
    if (outcome) one.how.status = outcome->repeated ? "repeated" : "acknowledged";
  }
  all_.answered(tag, outcome, clock::now());
}

void amqp_session::take_steps() {
  // A step may lead to others: a message that is not admitted is answered at once.
  for (auto steps = all_.take_steps(); !steps.empty(); steps = all_.take_steps())
    for (const auto& one : steps) carry_out(one);
}

void amqp_session::carry_out(const deliveries::step& what) {
  switch (what.what) {
    case deliveries::act::send: return send(what.message);
    case deliveries::act::publish: return publish(at(what.message), what.why);
    case deliveries::act::acknowledge: broker_.acknowledge(what.message); break;
    case deliveries::act::give_back:
      at(what.message).how.status = "given_back";
      // At the end all of them go back at once, when the connection is closed, and so in their
      // order: one that was given back now would come again at once, or go to another consumer
      // while this one still holds those before it.
      if (!refused_new_) broker_.give_back(what.message);
      break;
  }
  settle(what.message);
}

void amqp_session::send(std::uint64_t tag) {
  auto& one = at(tag);
  const auto users = with_.serving.users();
  auto command = command_of(one.message, one.target, users.get());
  if (auto part = one.traced.hand_on(clock::now())) with_.serving.take_span(*std::move(part));
  if (!command) {
    with_.serving.count_refused(*one.target.type, one.target.command, command.error().code);
    return answered(tag, command.error());
  }
  auto how = options_of(one.message, wall_now());
  how.within = one.traced.within();
  const auto sent = with_.serving.execute(
      *one.target.type, one.target.id, one.target.command, *std::move(command), std::move(how),
      [inbox = with_.inbox, session = with_.number, tag](const result<receipt>& ended) {
        inbox->put({session, tag, ended});
      },
      answer_exit::ways_in);
  if (!sent) answered(tag, about_message(sent.error()));
}

void amqp_session::publish(open_message& one, const error& why) {
  const bool own_reason = why.code == errc::refused && !why.refusal_code.empty();
  const auto code = own_reason ? why.refusal_code : std::string{to_string(why.code)};
  // As over HTTP: places inside the service are for its log.
  const bool inside = status_of(why.code) == 500;
  one.how = {"dead_letter", status_of(why.code) >= 500, code};
  log_dead_letter(one, code, why);
  const auto& own = one.traced.within().span;
  broker_.publish(one.message, {code,
                                inside ? "see the service's log"
                                       : beginning_of(to_utf8(why.detail), most_detail_bytes),
                                beginning_of(to_utf8(why.field), most_detail_bytes),
                                own.sampled ? to_traceparent(own) : std::string{}});
}

void amqp_session::log_dead_letter(const open_message& one, const std::string& code,
                                   const error& why) {
  const auto& span = one.traced.within().span;
  // What a domain refuses is its business.
  with_.events.write(why.code == errc::refused ? log_level::info : log_level::warning,
                     "dead_letter",
                     {{"queue", with_.queue},
                      if_any("aggregate", header_of(one.message, "acta-aggregate")),
                      if_any("id", header_of(one.message, "acta-id")),
                      if_any("command", header_of(one.message, "acta-command")),
                      if_any("message_id", one.message.message_id),
                      {"code", code},
                      if_any("field", why.field),
                      {"reason", why.detail},
                      if_any("trace_id", trace_id_of(span)),
                      if_any("span_id", span_id_of(span))});
}

void amqp_session::settle(std::uint64_t tag) {
  const auto found = open_.find(tag);
  if (found == open_.end()) return;
  const auto& one = found->second;
  const auto now = clock::now();
  with_.serving.observe(
      {.what = happening::request_handled,
       .subject = way,
       .name = one.target.type
                   ? std::string_view{one.target.type->commands[one.target.command].name}
                   : no_route,
       .outcome = one.how.status,
       .duration = now - one.since});
  for (auto& part : one.traced.settled(one.message, with_.queue, one.how, now))
    with_.serving.take_span(std::move(part));
  open_.erase(found);
}

void amqp_session::settle_the_rest() {
  while (!open_.empty()) {
    auto& [tag, one] = *open_.begin();
    one.how = {"given_back"};
    settle(tag);
  }
}

void amqp_session::follow_orders() {
  if (refused_new_ || !(with_.orders.refuse_new || with_.orders.stop)) return;
  refused_new_ = true;
  all_.refuse_new();
}

bool amqp_session::is_read_only_for_long() {
  const auto now = clock::now();
  if (now - checked_at_ < between_checks) return false;
  checked_at_ = now;
  const auto state = with_.serving.ready();
  if (state || state.error().code != errc::read_only) {
    read_only_since_ = {};
    return false;
  }
  if (read_only_since_ == clock::time_point{}) read_only_since_ = now;
  return now - read_only_since_ >= read_only_at_most;
}

void amqp_session::wait() const {
  auto longest = longest_sleep;
  if (const auto next = all_.next_wake())
    longest = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(*next - clock::now()),
                         std::chrono::milliseconds{0}, longest_sleep);
  std::array<pollfd, 2> on{pollfd{broker_.descriptor(), POLLIN, 0},
                           pollfd{with_.inbox->descriptor(), POLLIN, 0}};
  (void)::poll(on.data(), on.size(), static_cast<int>(longest.count()));
}

}  // namespace acta::internal
