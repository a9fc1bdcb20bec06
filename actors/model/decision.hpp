// What decide() returns: the events that happen, or the reason why none do.
//
//   return withdrawn{command.minor_units, command.reference};      // one event
//   return acta::accept(opened{...}, deposited{...});              // several, all or none
//   return std::vector<seat_freed>{...};                           // as many as the state says
//   return acta::refuse("insufficient_funds", "the balance is 3"); // no
//   return acta::nothing;                                          // fine, and nothing to record
//
// A vector holds events of one type, or of several as acta::event_of<A>. An empty one is `nothing`.
// Write `if`, not `?:`: a refusal and an event have no type in common.
#pragma once

#include <iterator>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace acta {

/// Why a domain says no. `code` is part of the published interface, `message` is for people.
struct refusal {
  std::string code;
  std::string message;
  bool operator==(const refusal&) const = default;
};

template <class... Events>
struct accepted {
  std::tuple<Events...> events;
};

/// Accepts a command with these events, in this order.
template <class... Events>
[[nodiscard]] accepted<Events...> accept(Events... events) {
  return {std::tuple<Events...>{std::move(events)...}};
}

/// Refuses a command. Nothing is recorded; the same command id is decided anew when it comes again.
[[nodiscard]] inline refusal refuse(std::string code, std::string message = {}) {
  return {std::move(code), std::move(message)};
}

struct nothing_t {};
/// Accepts a command that changes nothing. Nothing is recorded.
inline constexpr nothing_t nothing{};

/// The decision of an aggregate A. Made from an event, a vector of events, accept(), refuse() or
/// nothing.
template <class A>
class [[nodiscard]] decision {
public:
  decision(nothing_t) {}
  decision(acta::refusal no) : outcome_{std::move(no)} {}

  template <class... Events>
  decision(accepted<Events...> yes) {
    static_assert((A::events::template contains<Events> && ...),
                  "acta: decide() returned an event that is not in the aggregate's `events`");
    if constexpr ((A::events::template contains<Events> && ...)) {
      auto& list = std::get<0>(outcome_);
      list.reserve(sizeof...(Events));
      std::apply([&list](auto&... event) { (list.emplace_back(std::move(event)), ...); },
                 yes.events);
    }
  }

  template <class Event>
  decision(std::vector<Event> events) {
    auto& list = std::get<0>(outcome_);
    if constexpr (std::is_same_v<Event, typename A::events::variant>) {
      list = std::move(events);
    } else {
      static_assert(A::events::template contains<Event>,
                    "acta: decide() returned an event that is not in the aggregate's `events`");
      if constexpr (A::events::template contains<Event>)
        list.assign(std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
    }
  }

  template <class Event>
  decision(Event event) : decision{accepted<Event>{std::tuple<Event>{std::move(event)}}} {}

  [[nodiscard]] bool refused() const { return outcome_.index() == 1; }
  /// The refusal; only when refused().
  [[nodiscard]] const acta::refusal& why() const { return *std::get_if<1>(&outcome_); }
  /// The events as `A::events::variant`; only when not refused().
  [[nodiscard]] const auto& events() const { return *std::get_if<0>(&outcome_); }
  [[nodiscard]] auto& events() { return *std::get_if<0>(&outcome_); }

private:
  // A is incomplete where a domain declares decide(), so its events are looked up only here.
  std::variant<std::vector<typename A::events::variant>, acta::refusal> outcome_;
};

}  // namespace acta
