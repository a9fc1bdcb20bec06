// Makes an aggregate_type from a user's class.
//
// `state_version` says which apply() made a state. Raise it when apply() changes its meaning: the
// snapshots that the old one made are then left aside, and states come from their events again. (A
// change of what inspect() names does so by itself.) Who forgets it goes on from snapshots of the
// old meaning; `verify` finds them, since it replays every stream from its first event.
#pragma once

#include <type_traits>

#include "actors/model/added.hpp"
#include "actors/model/aggregate_type.hpp"
#include "actors/model/class_check.hpp"
#include "actors/model/contract.hpp"
#include "actors/model/fields.hpp"  // for those who describe a type

namespace acta {
namespace detail {

/// Calls `use` with `event`, of any version, as it is in the current one.
template <class Current, class List, class Event, class Use>
void lift(const Event& event, Use&& use) {
  if constexpr (std::is_same_v<Event, Current>) {
    use(event);
  } else if constexpr (is_before<Event>) {
    use(event.value);
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

/// Adds the versions of an event that lack fields of its type, newest first. `schema_version` is
/// the one before `First`.
template <class A, class T, class First, class... Later>
void add_versions_before(aggregate_type& type, std::string_view name, int schema_version) {
  if constexpr (sizeof...(Later) > 0)
    add_versions_before<A, T, Later...>(type, name, schema_version + 1);
  type.events.push_back(make_event_type<A, before<T, First, Later...>, T>(name, schema_version));
}

template <class A, class T, fixed_string Name, int SchemaVersion, class... Added>
void add_all_older_versions(aggregate_type& type, event<T, Name, SchemaVersion, Added...>) {
  constexpr int first = event<T, Name, SchemaVersion, Added...>::first_version;
  if constexpr (sizeof...(Added) > 0) add_versions_before<A, T, Added...>(type, Name.view(), first);
  add_older_versions<A, T, T>(type, Name.view(), first);
}

template <class A, class Command>
void decide_erased(const void* aggregate, const void* command, const context& c,
                   decision_sink& sink) {
  auto made = static_cast<const A*>(aggregate)->decide(*static_cast<const Command*>(command), c);
  if (made.refused()) return sink.refused(made.why());
  for (auto& event : made.events())
    if (!std::visit([&](auto& e) { return sink.happened(event.index(), &e); }, event)) return;
}

template <class A, class... Events>
void add_events(aggregate_type& type, events<Events...>) {
  (type.events.push_back(make_event_type<A, typename Events::type, typename Events::type>(
       Events::name, Events::schema_version)),
   ...);
  (add_all_older_versions<A>(type, Events{}), ...);
}

template <class A, class... Commands>
void add_commands(aggregate_type& type, commands<Commands...>) {
  (type.commands.push_back({std::string{command_name<Commands>()}, &value_type::of<Commands>(),
                            &decide_erased<A, Commands>}),
   ...);
}

}  // namespace detail

/// Describes the aggregate A; apps/bank/domain/account.hpp shows what A looks like.
template <class A>
[[nodiscard]] aggregate_type describe() {
  if constexpr (detail::check_aggregate<A>()) {
    aggregate_type type{
        std::string{A::type},
        A::state_version,
        &value_type::of<A>(),
        &value_type::of<view_of<A>>(),
        {},
        {},
        [](const void* a) { return any_value::of(static_cast<const A*>(a)->view()); }};
    detail::add_events<A>(type, typename A::events{});
    detail::add_commands<A>(type, typename A::commands{});
    for (const auto name : detail::retired_of<A>::type::names)
      type.retired_events.emplace_back(name);
    return type;
  } else {
    return {};  // The compiler has said why.
  }
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
