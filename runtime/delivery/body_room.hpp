// What the bodies of requests take, over all connections of a server, until their requests have
// been handed on. The bytes of a body count that have arrived, not those that its header promises:
// a client that promises a body and sends none takes nobody's room. The first 4 KiB of each body
// are free, since the number of connections bounds them: so small commands are taken whatever
// clients with large bodies do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "actors/base/budget.hpp"

namespace acta::internal {

/// The room that all bodies have. Any thread. Outlives what it has given.
class body_room {
public:
  static constexpr std::size_t free_bytes = 4096;  ///< Of each body.

  explicit body_room(std::size_t most_bytes) : all_{most_bytes, 1}, taken_{all_} {}

  /// What one body has taken. One thread at a time.
  class part {
  public:
    explicit part(body_room& of) : of_{&of} {}
    part(part&& other) noexcept : of_{other.of_}, bytes_{std::exchange(other.bytes_, 0)} {}
    part& operator=(part&&) = delete;
    ~part() { of_->taken_.give_back(bytes_); }

    /// Takes what is missing to a body of so many bytes; false, and nothing taken, if there is no
    /// room.
    [[nodiscard]] bool grow_to(std::size_t body_bytes) {
      const auto counted = body_bytes - std::min(body_bytes, free_bytes);
      if (counted <= bytes_) return true;
      if (!of_->taken_.take(counted - bytes_)) return false;
      bytes_ = counted;
      return true;
    }

  private:
    body_room* of_;
    std::size_t bytes_ = 0;
  };

  /// True if a body of so many bytes would fit at the moment.
  [[nodiscard]] bool has(std::size_t body_bytes) { return part{*this}.grow_to(body_bytes); }

private:
  budget all_;
  share taken_;
};

}  // namespace acta::internal
