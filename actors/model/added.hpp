// Older versions of an event, of which the program has no type of their own: the same fields but
// for those that came later. acta::added (contract.hpp) declares them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "actors/model/contract.hpp"
#include "actors/model/inspect.hpp"

namespace acta::detail {

/// The fields of several acta::added, in one list.
template <class... Added>
inline constexpr auto later_fields = [] {
  std::array<std::string_view, (Added::fields.size() + ... + 0)> all{};
  std::size_t size = 0;
  (
      [&] {
        for (const auto field : Added::fields) all[size++] = field;
      }(),
      ...);
  return all;
}();

/// A T as it was before it had the fields of `Later`.
template <class T, class... Later>
struct before {
  T value{};
};
template <class T, class... Later>
bool inspect(inspector& f, before<T, Later...>& e) {
  auto older = f.without(later_fields<Later...>);
  return inspect(older, e.value);
}

template <class T>
inline constexpr bool is_before = false;
template <class T, class... Later>
inline constexpr bool is_before<before<T, Later...>> = true;

}  // namespace acta::detail
