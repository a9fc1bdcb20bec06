// Tells at compile time what a user's class lacks to be an aggregate. After the message the
// compiler prints the failed check and its types: `can_apply<show, seat_freed>`. describe() stops
// there, so that a mistake is one error and not a hundred lines.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "actors/model/context.hpp"
#include "actors/model/contract.hpp"
#include "actors/model/decision.hpp"
#include "actors/model/inspect.hpp"
#include "actors/model/upcasts.hpp"

namespace acta {

/// The type that A's view() returns, which readers of the aggregate see.
template <class A>
using view_of = std::remove_cvref_t<decltype(std::declval<const A&>().view())>;

/// One of A's events, each in its current version: a std::variant.
template <class A>
using event_of = typename A::events::variant;

namespace detail {

template <class List>
inline constexpr bool is_events = false;
template <class... Events>
inline constexpr bool is_events<events<Events...>> = true;
template <class List>
inline constexpr bool is_retired = false;
template <fixed_string... Names>
inline constexpr bool is_retired<retired<Names...>> = true;
template <class List>
inline constexpr bool is_commands = false;
template <class... Commands>
inline constexpr bool is_commands<commands<Commands...>> = true;

template <class A>
inline constexpr bool has_type = requires {
  std::string_view{A::type};
};
template <class A>
inline constexpr bool has_state_version = requires {
  int{A::state_version};
};
template <class A>
inline constexpr bool has_events = requires {
  requires is_events<typename A::events>;
};
template <class A>
inline constexpr bool has_commands = requires {
  requires is_commands<typename A::commands>;
};
template <class A>
inline constexpr bool has_view = requires(const A& a) {
  a.view();
};
template <class A, class Event>
inline constexpr bool can_apply = requires(A a, const Event& event) {
  { a.apply(event) } -> std::same_as<void>;
};
template <class A, class Command>
inline constexpr bool can_decide = requires(const A& a, const Command& command, const context& c) {
  { a.decide(command, c) } -> std::same_as<decision<A>>;
};
template <class T>
inline constexpr bool has_inspect = inspectable<T>;
template <class T>
inline constexpr bool can_be_made = std::is_default_constructible_v<T>;

/// The declarations of A that all other checks need.
template <class A>
consteval bool check_lists() {
  static_assert(has_type<A>, "acta: an aggregate has `static constexpr std::string_view type`");
  static_assert(has_state_version<A>,
                "acta: an aggregate has `static constexpr int state_version`");
  static_assert(has_events<A>, "acta: an aggregate has `using events = acta::events<...>`");
  static_assert(has_commands<A>, "acta: an aggregate has `using commands = acta::commands<...>`");
  static_assert(is_retired<typename retired_of<A>::type>,
                "acta: an aggregate has `using retired = acta::retired<...>`, names of events");
  static_assert(has_view<A>,
                "acta: an aggregate has `view() const`, which returns what readers see");
  return has_type<A> && has_state_version<A> && has_events<A> && has_commands<A> &&
         is_retired<typename retired_of<A>::type> && has_view<A>;
}

template <class A, class E>
consteval bool check_event() {
  using T = typename E::type;
  static_assert(has_inspect<T>,
                "acta: an event has no ACTA_FIELDS(event, ...) next to it, nor an inspect()");
  static_assert(can_be_made<T>, "acta: an event is default-constructible");
  static_assert(can_apply<A, T>,
                "acta: the aggregate has no `void apply(const event&)` for one of its events");
  static_assert(chain_length<T, typename upcasters_of<A>::type>() == E::first_version - 1,
                "acta: an event of schema version N needs a chain of N-1 upcasts from version 1, "
                "or an acta::added in place of one");
  static_assert(!retired_of<A>::type::contains(E::name),
                "acta: an event is retired, and in the aggregate's `events` too");
  return has_inspect<T> && can_be_made<T> && can_apply<A, T>;
}

template <class A, class C>
consteval bool check_command() {
  static_assert(has_inspect<C>,
                "acta: a command has no ACTA_FIELDS(command, ...) next to it, nor an inspect()");
  static_assert(can_be_made<C>, "acta: a command is default-constructible");
  static_assert(can_decide<A, C>,
                "acta: the aggregate has no `acta::decision<A> decide(const command&, const "
                "acta::context&) const` for one of its commands");
  return has_inspect<C> && can_be_made<C> && can_decide<A, C>;
}

template <class View>
consteval bool check_view() {
  static_assert(has_inspect<View>,
                "acta: a view has no ACTA_FIELDS(view, ...) next to it, nor an inspect()");
  static_assert(can_be_made<View>, "acta: a view is default-constructible");
  static_assert(std::is_nothrow_move_constructible_v<View>,
                "acta: a view's move constructor is noexcept: it moves to its reader, and nobody "
                "could be told if it threw there");
  return has_inspect<View> && can_be_made<View>;
}

template <class A>
consteval bool check_state() {
  static_assert(can_be_made<A>, "acta: an aggregate is default-constructible");
  static_assert(has_inspect<A>,
                "acta: an aggregate has no ACTA_FIELDS(aggregate, ...) next to it, nor an "
                "inspect(), for snapshots");
  constexpr std::string_view type{A::type};
  static_assert(type.find('/') == std::string_view::npos && !type.empty(),
                "acta: an aggregate's type is not empty and holds no '/'");
  return can_be_made<A> && has_inspect<A>;
}

template <class A, class... Events>
consteval bool check_events(events<Events...>) {
  static_assert(events<Events...>::distinct(), "acta: two events have the same name");
  using upcasts = typename upcasters_of<A>::type;
  constexpr bool circle =
      ((chain_length<typename Events::type, upcasts>() > upcast_count<upcasts>) || ...);
  static_assert(!circle, "acta: the upcasts lead in a circle");
  static_assert(
      circle || (chain_length<typename Events::type, upcasts>() + ... + 0) == upcast_count<upcasts>,
      "acta: an upcast does not lead to any of the aggregate's events");
  return !circle && (int{check_event<A, Events>()} + ...) == sizeof...(Events);
}

template <class A, class... Commands>
consteval bool check_commands(commands<Commands...>) {
  static_assert(commands<Commands...>::distinct(), "acta: two commands have the same name");
  return (int{check_command<A, Commands>()} + ...) == sizeof...(Commands);
}

/// Returns false if describe() could not be compiled for A. The view comes last: after an error GCC
/// takes the move constructor of the same class for one that may throw.
template <class A>
consteval bool check_aggregate() {
  if constexpr (!check_lists<A>()) {
    return false;
  } else {
    constexpr bool sound[] = {check_state<A>(), check_events<A>(typename A::events{}),
                              check_commands<A>(typename A::commands{})};
    if constexpr (sound[0] && sound[1] && sound[2])
      return check_view<view_of<A>>();
    else
      return false;
  }
}

}  // namespace detail
}  // namespace acta
