#include "actors/cache/view_store.hpp"

namespace acta::internal {

const found_view* view_store::find(const stream_id& stream) const {
  const auto place = views_.find(stream);
  return place == views_.end() ? nullptr : &place->second.found;
}

const found_view* view_store::visit(const stream_id& stream) {
  const auto place = views_.find(stream);
  if (place == views_.end()) return nullptr;
  sieve::visit(place->second);
  return &place->second.found;
}

void view_store::put(const stream_id& stream, found_view found, std::size_t bytes) {
  erase(stream);
  const auto besides = overhead_bytes + stream.text().size();
  const auto most = room_.used() + room_.left();
  if (most < besides || bytes > most - besides) return;
  const auto cost = bytes + besides;
  while (!room_.take(cost))
    if (!evict_one()) return;  // another store was faster
  const auto place = views_.try_emplace(stream, std::move(found)).first;
  place->second.bytes = cost;
  place->second.stream = &place->first;
  order_.insert(place->second);
}

void view_store::erase(const stream_id& stream) {
  const auto place = views_.find(stream);
  if (place == views_.end()) return;
  order_.remove(place->second);
  let_go(place->second);
}

bool view_store::evict_one() {
  const auto* victim = order_.evict();
  if (!victim) return false;
  ++evictions_;
  let_go(static_cast<const kept&>(*victim));
  return true;
}

void view_store::let_go(const kept& one) {
  room_.give_back(one.bytes);
  views_.erase(views_.find(*one.stream));
}

void view_store::clear() {
  order_ = {};
  views_.clear();
  room_.give_back(room_.used());
}

}  // namespace acta::internal
