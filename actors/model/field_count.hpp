// Tells whether a struct has more fields than ACTA_FIELDS names: the struct then takes one
// initialiser more.
#pragma once

#include <exception>
#include <initializer_list>
#include <string_view>
#include <type_traits>

namespace acta::detail {

// The operators are never called: the bodies are for compilers that want one.

/// Initialises any member of T.
template <class T>
struct any_member {
  template <class Member>
  requires(!std::is_same_v<Member, T>) operator Member() const { std::terminate(); }
};

/// Initialises a base class of T, and what is made from anything. It cannot be copied, so that
/// std::any does not take it.
template <class T>
struct any_base {
  any_base(const any_base&) = delete;
  template <class Base>
  requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>) operator Base() const {
    std::terminate();
  }
};

/// Initialises only what is made from anything.
struct no_member {
  no_member(const no_member&) = delete;
};

template <class T>
concept has_base = requires(const any_base<T>& base) {
  T{base};
}
&&!requires(const no_member& none) { T{none}; };

/// The compiler can tell how many fields T has.
template <class T>
concept countable = std::is_aggregate_v<T> && !has_base<T>;

consteval bool distinct(std::initializer_list<std::string_view> names) {
  for (const auto* name = names.begin(); name != names.end(); ++name)
    for (const auto* later = name + 1; later != names.end(); ++later)
      if (*name == *later) return false;
  return true;
}

}  // namespace acta::detail

// True if Type has a field that the list does not name. `{}` initialises nearly every member: it
// counts an array as one, and is not ambiguous for what is made from anything, as std::any is.
// A conversion initialises the members that take no `{}`.
#define ACTA_INTERNAL_LEFT_OUT(Type, ...)                                                   \
  []<class acta_type>(acta_type*) {                                                         \
    if constexpr (!::acta::detail::countable<acta_type>)                                    \
      return false;                                                                         \
    else if constexpr (ACTA_INTERNAL_TAKES(                                                 \
                           ACTA_INTERNAL_EACH(ACTA_INTERNAL_EMPTY, , __VA_ARGS__)))         \
      return ACTA_INTERNAL_TAKES(ACTA_INTERNAL_EACH(ACTA_INTERNAL_EMPTY, , __VA_ARGS__)     \
                                     __VA_OPT__(, ){}) ||                                   \
             ACTA_INTERNAL_TAKES(ACTA_INTERNAL_EACH(ACTA_INTERNAL_EMPTY, , __VA_ARGS__)     \
                                     __VA_OPT__(, ) ACTA_INTERNAL_CONVERTED(, ));           \
    else                                                                                    \
      return ACTA_INTERNAL_TAKES(ACTA_INTERNAL_EACH(ACTA_INTERNAL_CONVERTED, , __VA_ARGS__) \
                                     __VA_OPT__(, ) ACTA_INTERNAL_CONVERTED(, ));           \
  }(static_cast<Type*>(nullptr))
#define ACTA_INTERNAL_TAKES(...) \
  requires { acta_type{__VA_ARGS__}; }
#define ACTA_INTERNAL_EMPTY(Type, element) \
  {}
#define ACTA_INTERNAL_CONVERTED(Type, element) \
  ::acta::detail::any_member<acta_type> {}
