// What tables with open addressing and linear probing have in common. Standard library only.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace acta::internal {

/// Closes the gap that a removed entry leaves at `gap`: what was pushed on from there, or from
/// before it, moves back, since a search ends at the first free place (Knuth, The Art of Computer
/// Programming, volume 3, section 6.4, algorithm R). So no marks of removed entries are left
/// behind. Returns the place that is free now, for the caller to empty: its entry was moved from,
/// or is the removed one. `places` are a power of two, not all of them taken; `taken` tells of a
/// place whether it is, `home` of an entry where it would be if no other were there.
template <class Place, class Taken, class Home>
std::size_t close_gap(std::vector<Place>& places, std::size_t gap, Taken taken, Home home) {
  const auto mask = places.size() - 1;
  for (auto at = (gap + 1) & mask; taken(places[at]); at = (at + 1) & mask) {
    const auto pushed_by = (at - home(places[at])) & mask;
    if (pushed_by < ((at - gap) & mask)) continue;
    places[gap] = std::move(places[at]);
    gap = at;
  }
  return gap;
}

}  // namespace acta::internal
