// Values by stream. A command is looked up in three such tables, each with 100,000 streams or more,
// and almost every visit to one is a cache miss: this one takes two, where std::unordered_map takes
// four and follows chains. Open addressing with linear probing; at most half of the places are
// taken.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "actors/base/open_addressing.hpp"
#include "actors/model/identifiers.hpp"

namespace acta::internal {

/// A value stays where it is for as long as it is in the table. One thread, or under one lock.
template <class Value>
class stream_table {
public:
  struct entry {
    const stream_id stream;
    Value value;
  };

  /// Null if the stream is not there.
  [[nodiscard]] entry* find(const stream_id& stream) const {
    return places_.empty() ? nullptr : places_[place_of(stream)].held.get();
  }
  /// Asks for the value's memory, to be called while there is something else to do before find().
  void prefetch(const stream_id& stream) const {
    if (!places_.empty()) __builtin_prefetch(places_[stream.hash() & mask()].held.get());
  }
  /// To be called before the i-th of `count` look-ups by somebody who knows them all, the stream of
  /// each from `stream_at(i)`: their cache misses then overlap. First the place, and some look-ups
  /// later the value, which only the place can say where to find.
  template <class StreamAt>
  void look_ahead(std::size_t i, std::size_t count, StreamAt stream_at) const {
    constexpr std::size_t far = 16;
    constexpr std::size_t near = 8;
    if (places_.empty()) return;
    if (i + far < count) __builtin_prefetch(&places_[stream_at(i + far).hash() & mask()]);
    if (i + near < count) prefetch(stream_at(i + near));
  }
  /// Finds the stream, or adds it with a value made of `arguments`.
  template <class... Arguments>
  entry& find_or_add(const stream_id& stream, Arguments&&... arguments) {
    if (2 * (size_ + 1) > places_.size()) grow();
    auto& [hash, held] = places_[place_of(stream)];
    if (held) return *held;
    hash = stream.hash();
    held.reset(new entry{stream, Value{std::forward<Arguments>(arguments)...}});
    ++size_;
    return *held;
  }
  /// `stream` may be the entry's own.
  void erase(const stream_id& stream) {
    if (places_.empty()) return;
    const auto gap = place_of(stream);
    if (!places_[gap].held) return;
    const auto gone = std::move(places_[gap].held);
    --size_;
    close_gap(
        places_, gap, [](const place& one) { return one.held != nullptr; },
        [](const place& one) { return one.hash; });
  }
  void clear() {
    places_.clear();
    size_ = 0;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `visit` with every entry, in no order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& one : places_)
      if (one.held) visit(*one.held);
  }

private:
  struct place {
    std::size_t hash = 0;
    std::unique_ptr<entry> held;
  };

  [[nodiscard]] std::size_t mask() const { return places_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  /// Where the stream is, or would be.
  [[nodiscard]] std::size_t place_of(const stream_id& stream) const {
    auto at = stream.hash() & mask();
    while (places_[at].held &&
           (places_[at].hash != stream.hash() || places_[at].held->stream != stream))
      at = next(at);
    return at;
  }
  void grow() {
    std::vector<place> before(places_.empty() ? 16 : 2 * places_.size());
    before.swap(places_);
    for (auto& one : before) {
      if (!one.held) continue;
      auto at = one.hash & mask();
      while (places_[at].held) at = next(at);
      places_[at] = std::move(one);
    }
  }

  std::vector<place> places_;  // a power of two of them, or none
  std::size_t size_ = 0;
};

}  // namespace acta::internal
