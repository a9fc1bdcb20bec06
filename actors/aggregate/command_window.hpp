// Which commands a stream has seen: the memory behind "effectively once" (invariant 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/identifiers.hpp"
#include "actors/model/inspect.hpp"

namespace acta::internal {

/// The last N commands that left events in a stream. One thread.
class command_window {
public:
  using id_text = short_text<36>;  ///< A UUID needs no allocation.
  struct remembered {
    id_text id;
    std::uint64_t hash = 0;
    version last{};            ///< The stream's version with the command's events.
    std::uint64_t events = 0;  ///< How many they were.

    bool operator==(const remembered&) const = default;
  };
  /// A window as a snapshot keeps it.
  struct saved {
    std::vector<remembered> commands;  ///< The oldest first.
    bool complete = true;              ///< None was forgotten before these.
  };

  /// `capacity` is N, at least 1.
  explicit command_window(std::size_t capacity) : capacity_{capacity} {}

  [[nodiscard]] const remembered* find(std::string_view command_id) const;
  /// Takes note of one more event, of version `at`. Events of one command follow one another.
  /// Returns the command that was forgotten for it, if one was.
  std::optional<remembered> add(std::string_view command_id, std::uint64_t hash, version at);

  /// Whether no command was ever forgotten, so that find() speaks for the whole history.
  [[nodiscard]] bool complete() const { return complete_; }
  /// The version before the oldest command that is kept, if some before it were forgotten.
  [[nodiscard]] std::optional<version> before_the_oldest() const {
    if (complete_ || ring_.empty()) return std::nullopt;
    return version{ring_[oldest_].last.value - ring_[oldest_].events};
  }
  [[nodiscard]] std::size_t size() const { return ring_.size(); }

  /// At most the newest `most` commands.
  [[nodiscard]] saved save(std::size_t most) const;
  /// Goes on where a saved window was. Only on an empty one.
  void restore(saved from);

private:
  // A table of its own, since most aggregates of a big system lie cold in memory: a look-up of an
  // id that is not there touches one line, where a map of nodes chases pointers. Open addressing
  // with linear probing; at most half of the places are taken.
  struct place {
    std::uint32_t index = empty;
    std::uint32_t hash = 0;  // of the id: a table that grows reads no id
  };
  static constexpr std::uint32_t empty = ~std::uint32_t{0};

  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (table_.size() - 1); }
  /// Where an id of this hash is, or would be.
  [[nodiscard]] std::size_t find_place(std::string_view command_id, std::uint32_t hash) const;
  std::optional<remembered> remember(remembered command);
  void put(std::uint32_t index);
  void forget(std::uint32_t index);
  void grow();

  std::size_t capacity_;
  std::vector<remembered> ring_;  // once it is full the oldest one is at `oldest_`
  std::size_t oldest_ = 0;
  std::vector<place> table_;
  bool complete_ = true;
};

template <class Inspector>
bool inspect(Inspector& f, command_window::remembered& c) {
  std::string id{c.id.view()};
  const bool done = f.object(c).fields(f.field("id", id), f.field("hash", c.hash),
                                       f.field("last", c.last.value), f.field("events", c.events));
  c.id = command_window::id_text{id};
  return done;
}
template <class Inspector>
bool inspect(Inspector& f, command_window::saved& s) {
  return f.object(s).fields(f.field("commands", s.commands), f.field("complete", s.complete));
}

}  // namespace acta::internal
