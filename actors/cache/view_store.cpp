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
  if (most_bytes_ < besides || bytes > most_bytes_ - besides) return;
  const auto cost = bytes + besides;
  while (bytes_ + cost > most_bytes_) evict_one();
  const auto place = views_.try_emplace(stream, std::move(found)).first;
  place->second.bytes = cost;
  place->second.stream = &place->first;
  bytes_ += cost;
  order_.insert(place->second);
}

void view_store::erase(const stream_id& stream) {
  const auto place = views_.find(stream);
  if (place == views_.end()) return;
  order_.remove(place->second);
  bytes_ -= place->second.bytes;
  views_.erase(place);
}

void view_store::evict_one() {
  const auto& victim = static_cast<kept&>(*order_.evict());
  bytes_ -= victim.bytes;
  ++evictions_;
  views_.erase(views_.find(*victim.stream));
}

void view_store::clear() {
  order_ = {};
  views_.clear();
  bytes_ = 0;
}

}  // namespace acta::internal
