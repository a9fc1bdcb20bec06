// The calls that differ between CAF 0.18.7 and 1.x, so that moving is this file's work. An actor
// here is a plain state class, tested without CAF, in a thin shell:
//
//   struct metrics_shell {                       // the state of a caf::stateful_actor
//     explicit metrics_shell(shell::self_ptr self);
//     caf::behavior make_behavior();             // handlers of a line or two
//   };
//   auto metrics = shell::spawn<metrics_shell>(system, ...);
//
// The state is destroyed when the actor ends, not when its last handle goes.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <chrono>
#include <utility>

#include "actors/model/guard.hpp"
#include "actors/protocol/messages.hpp"

namespace acta::internal::shell {

using self_ptr = caf::event_based_actor*;

template <class State, class Spawner, class... Args>
caf::actor spawn(Spawner& spawner, Args&&... args) {
  return spawner.template spawn<caf::stateful_actor<State>>(std::forward<Args>(args)...);
}

/// Sends from within an actor: onto the sender's own run queue, with no sender to keep alive.
template <class Message>
void post(self_ptr self, const caf::actor& to, Message&& message) {
  if (to)
    caf::actor_cast<caf::abstract_actor*>(to)->eq_impl(
        caf::make_message_id(), nullptr, self->context(), std::forward<Message>(message));
}

/// Sends from any thread. To an actor that has ended, the message is destroyed here and now; if it
/// holds a ticket, that answers.
template <class Message>
void post(const caf::actor& to, Message&& message) {
  if (to) caf::anon_send(to, std::forward<Message>(message));
}

/// Sends oneself a message after a while. Never one per command or per aggregate: with 10,000
/// timeouts pending, each further one costs its caller 9 microseconds.
template <class Message>
void post_to_self_after(self_ptr self, std::chrono::milliseconds delay, Message&& message) {
  self->delayed_send(self, delay, std::forward<Message>(message));
}

/// The ticks of an actor that has something to look at only now and then: at most one is on its
/// way, and none while there is nothing. What is sent is a `Message`.
template <class Message>
class ticker {
public:
  ticker(self_ptr self, std::chrono::milliseconds every) : self_{self}, every_{every} {}

  /// To be called whenever something comes in that a tick may have to look at.
  void arm() {
    if (std::exchange(armed_, true)) return;
    post_to_self_after(self_, every_, Message{});
  }
  /// To be called with each tick, when it was dealt with.
  void ticked(bool again) {
    armed_ = false;
    if (again) arm();
  }

private:
  self_ptr self_;
  std::chrono::milliseconds every_;
  bool armed_ = false;
};

/// An exception in a handler ends the actor, with what() as its reason; its supervisor decides. A
/// message nobody handles is dropped: all our messages are known when this is compiled.
inline void install_handlers(self_ptr self) {
  self->set_default_handler([](caf::scheduled_actor*, caf::message&) -> caf::skippable_result {
    return caf::make_error(caf::sec::unexpected_message);
  });
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& raised) -> caf::error {
    try {
      std::rethrow_exception(raised);
    } catch (...) {
      return caf::make_error(caf::sec::runtime_error, thrown_text());
    }
  });
}

/// Ends oneself as failed; `why`, one of our messages, is for whoever supervises.
template <class Failure>
void quit_failed(self_ptr self, Failure why) {
  auto what = why.what;
  self->quit(caf::make_error(caf::sec::runtime_error, std::move(what), std::move(why)));
}

/// What quit_failed() was given, or null.
template <class Failure>
const Failure* failure_in(const caf::error& reason) {
  if (!reason) return nullptr;
  const auto& context = reason.context();
  return context.size() == 2 && context.match_element<Failure>(1) ? &context.get_as<Failure>(1)
                                                                  : nullptr;
}

/// Ends an actor from outside; it dies as if it had quit.
inline void stop(const caf::actor& who) {
  if (who) caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
}

}  // namespace acta::internal::shell
