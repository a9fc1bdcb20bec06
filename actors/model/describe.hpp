// Makes an aggregate_type from a user's class, and tells at compile time what the class lacks.
//
// `state_version` says which apply() made a state. Raise it when apply() changes its meaning: the
// snapshots that the old one made are then left aside, and states come from their events again. (A
// change of what inspect() names does so by itself.) Who forgets it goes on from snapshots of the
// old meaning; `verify` finds them, since it replays every stream from its first event.
#pragma once

#include <type_traits>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/contract.hpp"
#include "actors/model/fields.hpp"  // for those who describe a type

namespace acta {

/// What A's view() returns: what readers of the aggregate see.
template <class A>
using view_of = std::remove_cvref_t<decltype(std::declval<const A&>().view())>;

/// One of A's events, each in its current version: a std::variant.
template <class A>
using event_of = typename A::events::variant;

namespace detail {

template <class A>
struct upcasters_of {
  using type = upcasters<>;
};
template <class A>
requires requires { typename A::upcasters; }
struct upcasters_of<A> {
  using type = typename A::upcasters;
};

template <class A>
struct retired_of {
  using type = retired<>;
};
template <class A>
requires requires { typename A::retired; }
struct retired_of<A> {
  using type = typename A::retired;
};

/// The upcast whose result is `To`, or void.
template <class To, class List>
struct upcast_to {
  using type = void;
};
template <class To, class First, class... Rest>
struct upcast_to<To, upcasters<First, Rest...>> {
  using type = std::conditional_t<std::is_same_v<typename First::to, To>, First,
                                  typename upcast_to<To, upcasters<Rest...>>::type>;
};

/// The upcast that begins at `From`, or void.
template <class From, class List>
struct upcast_from {
  using type = void;
};
template <class From, class First, class... Rest>
struct upcast_from<From, upcasters<First, Rest...>> {
  using type = std::conditional_t<std::is_same_v<typename First::from, From>, First,
                                  typename upcast_from<From, upcasters<Rest...>>::type>;
};

template <class List>
inline constexpr int upcast_count = 0;
template <class... Upcasts>
inline constexpr int upcast_count<upcasters<Upcasts...>> = sizeof...(Upcasts);

/// The number of upcasts that lead to `To`; more than there are if they lead in a circle.
template <class To, class List, int Before = 0>
consteval int chain_length() {
  using step = typename upcast_to<To, List>::type;
  if constexpr (std::is_void_v<step> || Before > upcast_count<List>)
    return Before;
  else
    return chain_length<typename step::from, List, Before + 1>();
}

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

template <class A, class E>
consteval void check_event() {
  using T = typename E::type;
  static_assert(inspectable<T>,
                "acta: an event has no `template <class Inspector> bool inspect(Inspector&, "
                "event&)` next to it");
  static_assert(std::is_default_constructible_v<T>, "acta: an event is default-constructible");
  static_assert(
      requires(A a, const T& event) {
        { a.apply(event) } -> std::same_as<void>;
      },
      "acta: the aggregate has no `void apply(const event&)` for one of its events");
  static_assert(chain_length<T, typename upcasters_of<A>::type>() == E::schema_version - 1,
                "acta: an event of schema version N needs a chain of N-1 upcasts from version 1");
  if constexpr (is_retired<typename retired_of<A>::type>)
    static_assert(!retired_of<A>::type::contains(E::name),
                  "acta: an event is retired, and in the aggregate's `events` too");
}

template <class A, class C>
consteval void check_command() {
  static_assert(inspectable<C>,
                "acta: a command has no `template <class Inspector> bool inspect(Inspector&, "
                "command&)` next to it");
  static_assert(std::is_default_constructible_v<C>, "acta: a command is default-constructible");
  static_assert(
      requires(const A& a, const C& command, const context& c) {
        { a.decide(command, c) } -> std::same_as<decision<A>>;
      },
      "acta: the aggregate has no `acta::decision<A> decide(const command&, const acta::context&) "
      "const` for one of its commands");
}

template <class A>
consteval void check_aggregate() {
  static_assert(
      requires { std::string_view{A::type}; },
      "acta: an aggregate has `static constexpr std::string_view type`");
  static_assert(
      requires { int{A::state_version}; },
      "acta: an aggregate has `static constexpr int state_version`");
  static_assert(
      requires { requires is_events<typename A::events>; },
      "acta: an aggregate has `using events = acta::events<...>`");
  static_assert(
      requires { requires is_commands<typename A::commands>; },
      "acta: an aggregate has `using commands = acta::commands<...>`");
  static_assert(is_retired<typename retired_of<A>::type>,
                "acta: an aggregate has `using retired = acta::retired<...>`, names of events");
  static_assert(std::is_default_constructible_v<A>, "acta: an aggregate is default-constructible");
  static_assert(A::events::distinct(), "acta: two events have the same name");
  static_assert(A::commands::distinct(), "acta: two commands have the same name");
  static_assert(inspectable<A>,
                "acta: an aggregate has `template <class Inspector> bool inspect(Inspector&, "
                "aggregate&)` next to it, for snapshots");
  static_assert(
      requires(const A& a) { a.view(); },
      "acta: an aggregate has `view() const`, which returns what readers see");
  static_assert(inspectable<view_of<A>>,
                "acta: a view has no `template <class Inspector> bool inspect(Inspector&, view&)` "
                "next to it");
  static_assert(std::is_default_constructible_v<view_of<A>>,
                "acta: a view is default-constructible");
  static_assert(std::is_nothrow_move_constructible_v<view_of<A>>,
                "acta: a view's move constructor is noexcept: it moves to its reader, and nobody "
                "could be told if it threw there");
  constexpr std::string_view type{A::type};
  static_assert(type.find('/') == std::string_view::npos && !type.empty(),
                "acta: an aggregate's type is not empty and holds no '/'");
}

/// Calls `use` with `event`, of any version, as it is in the current one.
template <class Current, class List, class Event, class Use>
void lift(const Event& event, Use&& use) {
  if constexpr (std::is_same_v<Event, Current>) {
    use(event);
  } else {
    [&]<class... Upcasts>(upcasters<Upcasts...>) {
      (([&] {
         if constexpr (std::is_same_v<typename Upcasts::from, Event>)
           lift<Current, List>(Upcasts::function(event), use);
       }()),
       ...);
    }(List{});
  }
}

/// Reads an event of type `Event` and calls `use` with it in the current version.
template <class A, class Event, class Current, class Use>
bool load(visitor& v, Use&& use) {
  Event event{};
  if (!visit(v, event)) return false;
  lift<Current, typename upcasters_of<A>::type>(event, use);
  return true;
}

template <class A, class Event, class Current>
event_type make_event_type(std::string_view name, int schema_version) {
  event_type made{std::string{name},
                  schema_version,
                  &value_type::of<Event>(),
                  [](void* aggregate, visitor& v) {
                    return load<A, Event, Current>(v, [aggregate](const Current& event) {
                      static_cast<A*>(aggregate)->apply(event);
                    });
                  },
                  [](void* any_event, visitor& v) {
                    return load<A, Event, Current>(v, [any_event](const Current& event) {
                      *static_cast<event_of<A>*>(any_event) = event;
                    });
                  },
                  nullptr};
  if constexpr (std::is_same_v<Event, Current>)
    made.apply = [](void* aggregate, const void* event) {
      static_cast<A*>(aggregate)->apply(*static_cast<const Event*>(event));
    };
  return made;
}

/// Adds the versions of an event that came before `Event`, newest first.
template <class A, class Event, class Current>
void add_older_versions(aggregate_type& type, std::string_view name, int schema_version) {
  using step = typename upcast_to<Event, typename upcasters_of<A>::type>::type;
  if constexpr (!std::is_void_v<step>) {
    using older = typename step::from;
    static_assert(inspectable<older>, "acta: an older event still needs its inspect()");
    static_assert(std::is_default_constructible_v<older>,
                  "acta: an older event is default-constructible");
    type.events.push_back(make_event_type<A, older, Current>(name, schema_version - 1));
    add_older_versions<A, older, Current>(type, name, schema_version - 1);
  }
}

template <class A, class Command>
void decide_erased(const void* aggregate, const void* command, const context& c,
                   decision_sink& sink) {
  auto made = static_cast<const A*>(aggregate)->decide(*static_cast<const Command*>(command), c);
  if (made.refused()) return sink.refused(made.why());
  for (auto& event : made.events())
    if (!std::visit([&](auto& e) { return sink.happened(event.index(), &e); }, event)) return;
}

}  // namespace detail

/// Describes the aggregate A; apps/bank/domain/account.hpp shows what A looks like.
template <class A>
[[nodiscard]] aggregate_type describe() {
  detail::check_aggregate<A>();
  aggregate_type type{
      std::string{A::type},
      A::state_version,
      &value_type::of<A>(),
      &value_type::of<view_of<A>>(),
      {},
      {},
      [](const void* a) { return any_value::of(static_cast<const A*>(a)->view()); }};
  [&]<class... Events>(events<Events...>) {
    using upcasts = typename detail::upcasters_of<A>::type;
    constexpr bool circle =
        ((detail::chain_length<typename Events::type, upcasts>() > detail::upcast_count<upcasts>) ||
         ...);
    static_assert(!circle, "acta: the upcasts lead in a circle");
    static_assert(circle || (detail::chain_length<typename Events::type, upcasts>() + ... + 0) ==
                                detail::upcast_count<upcasts>,
                  "acta: an upcast does not lead to any of the aggregate's events");
    (detail::check_event<A, Events>(), ...);
    (type.events.push_back(detail::make_event_type<A, typename Events::type, typename Events::type>(
         Events::name, Events::schema_version)),
     ...);
    (detail::add_older_versions<A, typename Events::type, typename Events::type>(
         type, Events::name, Events::schema_version),
     ...);
  }(typename A::events{});
  [&]<class... Commands>(commands<Commands...>) {
    (detail::check_command<A, Commands>(), ...);
    (type.commands.push_back({std::string{command_name<Commands>()}, &value_type::of<Commands>(),
                              &detail::decide_erased<A, Commands>}),
     ...);
  }(typename A::commands{});
  if constexpr (detail::is_retired<typename detail::retired_of<A>::type>)
    for (const auto name : detail::retired_of<A>::type::names)
      type.retired_events.emplace_back(name);
  return type;
}

/// The place of command C in the list of A's commands, for any_value commands made from a C.
template <class A, class C>
[[nodiscard]] consteval std::size_t command_index() {
  return []<class... Commands>(commands<Commands...>) {
    static_assert((std::is_same_v<C, Commands> || ...),
                  "acta: this is not one of the aggregate's commands");
    std::size_t index = 0;
    bool found = false;
    ((found = found || std::is_same_v<C, Commands>, index += found ? 0 : 1), ...);
    return index;
  }(typename A::commands{});
}

}  // namespace acta
