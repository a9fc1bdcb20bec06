// The readers that wait in a cache. Each is found by what it waits for, by its ticket or by its
// deadline: no step costs more because of those who go on waiting.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/base/timing_wheel.hpp"
#include "actors/cache/view_store.hpp"

namespace acta::internal {

/// One thread.
class waiting_readers {
private:
  struct reader : wheel_item {
    ticket_ptr ticket;
    bool left = false;
  };
  using by_floor = std::multimap<version, reader>;  // of equal floors the oldest comes first

public:
  using time_point = timing_wheel::time_point;

  /// Those who wait for one stream.
  class line {
  public:
    [[nodiscard]] bool empty() const { return staying_.empty() && leaving_.empty(); }
    /// Somebody whose caller has not left would be content with this version; or with any, if it
    /// says nothing.
    [[nodiscard]] bool content_with(std::optional<version> at) const {
      return !staying_.empty() && (!at || staying_.begin()->first <= *at);
    }

  private:
    friend class waiting_readers;
    by_floor staying_;
    by_floor leaving_;  // their callers have left
  };

  /// The stream of a ticket is that of its line, here and below. Answers are added to `leaving`,
  /// which the caller posts.
  void add(line& to, ticket_ptr asked, version floor);
  /// Answers those who are content with version `up_to`, or all. `load`: the span of what brought
  /// it, to which those who are sampled link.
  void answer(line& of, const found_view& found, answer_batch& leaving,
              std::optional<version> up_to = {}, const span_context& load = {});
  /// Its caller has left. It stays until answer() or answer_left(). False: it is not there.
  bool withdraw(line& of, const ticket& left);
  /// Answers those whose callers have left `deadline_exceeded`.
  void answer_left(line& of, answer_batch& leaving);
  /// Answers those whose callers have left, and lets the others out.
  [[nodiscard]] std::vector<ticket_ptr> take(line& of, answer_batch& leaving);

  /// Answers those whose deadline has passed, unless somebody has. Each must be dropped.
  [[nodiscard]] std::vector<ticket_ptr> late(time_point now);
  void drop(line& of, const ticket& which);

  [[nodiscard]] std::size_t size() const { return places_.size(); }
  /// Readers that were looked at so far, since somebody looked for one that was late or content.
  [[nodiscard]] std::size_t visited() const { return visited_; }

private:
  by_floor::iterator erase(by_floor& from, by_floor::iterator one);

  std::unordered_map<const ticket*, by_floor::iterator> places_;
  timing_wheel deadlines_;
  std::size_t visited_ = 0;
};

}  // namespace acta::internal
