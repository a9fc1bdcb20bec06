// The commands that a window has forgotten, for a while longer and at a fraction of the price: of
// each a hash of its id, and the version it led to. That says where in the stream to look; whether
// it is so, only the event there can say.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "actors/aggregate/command_budget.hpp"
#include "actors/ports/search.hpp"

namespace acta::internal {

/// A queue, the oldest first, that can be searched by hash. 32 bytes for each place: 16 for the
/// command, 16 for the half-empty table that finds it. One thread.
class command_trail {
  static constexpr std::uint32_t free = ~std::uint32_t{0};
  static constexpr std::size_t most_places = free / 2;
  struct place {
    std::uint32_t index = free;
    std::uint32_t tag = 0;  // of the hash the half that does not place it
  };

public:
  static constexpr std::size_t bytes_each = sizeof(passed_command) + 2 * sizeof(place);

  /// Takes its memory from `budget`, which outlives it; null: it stays empty.
  explicit command_trail(command_budget* budget) : budget_{budget} {}
  command_trail(const command_trail&) = delete;
  command_trail& operator=(const command_trail&) = delete;
  ~command_trail() { clear(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// How many more it can take, as long as nobody else takes of the budget.
  [[nodiscard]] std::size_t room() const;
  /// Only when it is not empty.
  [[nodiscard]] const passed_command& oldest() const { return ring_[first_]; }

  /// Adds one that is newer than all. False: there is no room.
  [[nodiscard]] bool add_newest(passed_command command);
  /// Adds one that is older than all. The same.
  [[nodiscard]] bool add_oldest(passed_command command);
  /// Forgets the oldest. Only when it is not empty.
  void drop_oldest();
  /// Gives back memory that it has not needed for long.
  void shrink();
  void clear();

  /// The oldest version above `after` that a command of this hash led to.
  [[nodiscard]] std::optional<version> find(std::uint64_t id_hash, version after) const;

private:
  [[nodiscard]] bool grow_if_full();
  /// False, and nothing has changed: the budget does not allow it.
  bool resize(std::size_t places);
  void put(std::uint32_t index);
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (table_.size() - 1); }

  command_budget* budget_;
  std::vector<passed_command> ring_;  // a power of two of them, or none
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::vector<place> table_;  // twice as many
};

}  // namespace acta::internal
