// How the counter's commands and events are told to a history.
#pragma once

#include <algorithm>

#include "actors/protocol/ticket.hpp"
#include "runtime/codec/cbor.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/decide_again.hpp"
#include "tests/support/history.hpp"

namespace acta::testing {

using namespace internal;

inline stream_id counter_stream(std::string_view id) { return {counter::type, id}; }

/// What the command makes if it takes effect.
inline std::vector<new_event> events_of(const add& command) {
  new_event made{"test.counter.added", 1, {}};
  added event{command.amount};
  const auto encoded =
      cbor_codec{}.encode([&](visitor& v) { return visit(v, event); }, made.payload);
  if (!encoded) throw std::runtime_error{encoded.error().detail};
  return {std::min<std::size_t>(command.times, 2), made};
}

/// Decides a counter's command on top of the events before it, as its aggregate must have.
template <class Command>
history::decider decides(Command command) {
  static const aggregate_type type = describe<counter>();
  return [command](const std::vector<const recorded_event*>& before) {
    return decide_again(type, command_index<counter, Command>(), &command, before);
  };
}

inline std::int64_t amount_of_added(const recorded_event& stored) {
  if (stored.type != "test.counter.added") return 0;
  added event;
  const auto decoded =
      cbor_codec{}.decode(stored.payload, [&](visitor& v) { return visit(v, event); });
  return decoded ? event.amount : 0;
}

/// An answer of the engine as a history takes it.
inline result<acknowledgement> acknowledgement_of(const result<answer>& got) {
  if (!got) return got.error();
  return acknowledgement{got->version, got->events, got->repeated};
}

inline result<seen_view> view_of(const result<answer>& got) {
  if (!got && got.error().code == errc::not_found) return seen_view{};
  if (!got) return got.error();
  return seen_view{got->version, static_cast<const total*>(got->view->get())->sum};
}

}  // namespace acta::testing
