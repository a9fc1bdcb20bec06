// How an aggregate lists what it publishes: events, upcasters, commands.
//
//   using events    = acta::events<acta::event<opened,    "bank.account.opened",    1>,
//                                  acta::event<deposited, "bank.account.deposited", 2>>;
//   using upcasters = acta::upcasters<acta::upcast<deposited_v1, deposited, from_v1>>;
//   using commands  = acta::commands<open, deposit>;
//   using retired   = acta::retired<"bank.account.renamed">;   // published once, no longer
//
// Everything here is checked when it is compiled; the messages begin with "acta:".
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <variant>

namespace acta {

/// A string that can be a template argument.
template <std::size_t N>
struct fixed_string {
  char text[N]{};
  consteval fixed_string(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

/// The fields that a version of an event has and the version before it had not.
template <fixed_string... Fields>
requires(sizeof...(Fields) > 0) struct added {
  static constexpr std::array<std::string_view, sizeof...(Fields)> fields{Fields.view()...};
};

namespace detail {
template <class>
inline constexpr bool is_added = false;
template <fixed_string... Fields>
inline constexpr bool is_added<added<Fields...>> = true;
}  // namespace detail

/// A published event: its type here, its name for ever, and the version of its schema, from 1.
///
/// Changing the payload means a new version. Where the version only has more fields, the newest
/// `Added` names them; there is one `Added` for each such version, the oldest first:
///
///   acta::event<deposited, "bank.account.deposited", 3, acta::added<"note">, acta::added<"tag">>
///
/// Such a field is optional or has a fallback, which is what it is in an event of an older version.
/// Any other change needs a struct for the version before, and an upcaster from it; the versions
/// with `Added` are the newest ones.
template <class T, fixed_string Name, int SchemaVersion, class... Added>
struct event {
  static_assert(SchemaVersion >= 1, "acta: an event's schema version starts at 1");
  static_assert(!Name.view().empty(), "acta: an event needs a name");
  static_assert((detail::is_added<Added> && ...),
                "acta: after its version an event lists acta::added<field, ...>");
  static_assert(sizeof...(Added) < SchemaVersion,
                "acta: each acta::added is a version of its own, after version 1");
  /// The first version of `T`.
  static constexpr int first_version = SchemaVersion - int{sizeof...(Added)};
  using type = T;
  static constexpr std::string_view name = Name.view();
  static constexpr int schema_version = SchemaVersion;
};

/// Turns an event as it was published once into the next version: `To Function(From)`.
template <class From, class To, auto Function>
struct upcast {
  static_assert(std::is_invocable_r_v<To, decltype(Function), const From&>,
                "acta: an upcast's function takes the older event and returns the newer one");
  using from = From;
  using to = To;
  static constexpr auto function = Function;
};

template <class... Upcasts>
struct upcasters {};

/// Events that an aggregate published once and has no use for any more, in all their versions.
/// Where one is stored it stays, is counted and is shown; apply() does not see it. If apply() used
/// to do something with it, raise state_version: a snapshot may hold what it did.
///
///   using retired = acta::retired<"bank.account.renamed">;
template <fixed_string... Names>
struct retired {
  static_assert((!Names.view().empty() && ...), "acta: a retired event has a name");
  static constexpr std::array<std::string_view, sizeof...(Names)> names{Names.view()...};
  [[nodiscard]] static constexpr bool contains([[maybe_unused]] std::string_view name) {
    return ((Names.view() == name) || ...);
  }
};

namespace detail {

template <class>
inline constexpr bool is_event = false;
template <class T, fixed_string Name, int SchemaVersion, class... Added>
inline constexpr bool is_event<event<T, Name, SchemaVersion, Added...>> = true;

template <class T>
consteval std::string_view unqualified_name() {
  // "... [with T = bank::open; ...]" (GCC) or "... [T = bank::open]" (Clang)
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const auto colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

}  // namespace detail

/// A command's published name: its own `static constexpr std::string_view name` if it has one, else
/// the name of its type.
template <class C>
[[nodiscard]] consteval std::string_view command_name() {
  // A field of that name is a field: its address is no plain pointer.
  if constexpr (requires { requires std::is_pointer_v<decltype(&C::name)>; })
    return C::name;
  else
    return detail::unqualified_name<C>();
}

template <class... Events>
struct events {
  static_assert(sizeof...(Events) > 0, "acta: an aggregate has at least one event");
  static_assert((detail::is_event<Events> && ...),
                "acta: `events` lists acta::event<payload, name, version>");
  template <class E>
  static constexpr int times_listed = (int{std::is_same_v<E, typename Events::type>} + ... + 0);
  template <class E>
  static constexpr bool contains = times_listed<E> > 0;
  static_assert(((times_listed<typename Events::type> == 1) && ...),
                "acta: two events have the same type");
  using variant = std::variant<typename Events::type...>;

  [[nodiscard]] static consteval bool distinct() {
    constexpr std::array names{Events::name...};
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = i + 1; j < names.size(); ++j)
        if (names[i] == names[j]) return false;
    return true;
  }
};

template <class... Commands>
struct commands {
  static_assert(sizeof...(Commands) > 0, "acta: an aggregate has at least one command");

  [[nodiscard]] static consteval bool distinct() {
    constexpr std::array names{command_name<Commands>()...};
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = i + 1; j < names.size(); ++j)
        if (names[i] == names[j]) return false;
    return true;
  }
};

}  // namespace acta
