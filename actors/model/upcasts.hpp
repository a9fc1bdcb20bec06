// Which versions of an event lead to which, from the upcasters that an aggregate lists.
#pragma once

#include <type_traits>

#include "actors/model/contract.hpp"

namespace acta::detail {

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

}  // namespace acta::detail
