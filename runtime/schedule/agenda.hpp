// What is due now: the pure part of running schedules. It is given times and outcomes, and says
// what to do; it has no clock, no thread, no node.
//
//   put -> (waits for its due time) -> line of its target -> send -> answer -> record -> (waits)
//
// A heap of due times for all entries, no timer for each. The due times of one target leave in
// order, one after the other: the next is sent when the outcome of the one before is recorded.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/identifiers.hpp"
#include "runtime/schedule/entry.hpp"
#include "runtime/schedule/timing.hpp"

namespace acta::internal {

/// A due time that is so late when it is taken up was missed.
inline constexpr std::chrono::seconds missed_after{60};

/// Names an entry on a node.
struct entry_key {
  std::size_t book = 0;
  std::uint64_t number = 0;
  auto operator<=>(const entry_key&) const = default;
};

/// The id of the command that a due time sends, the same whenever it is sent:
/// acta.schedule/17/4711/2027-01-01T00:00:00Z
[[nodiscard]] std::string command_id_of(const entry_key& key, timestamp due);

class agenda {
public:
  using steady = std::chrono::steady_clock::time_point;
  struct instant {
    timestamp wall;  ///< For what is due: it may jump.
    steady mono;     ///< For back-offs.
  };

  /// What to do now, once: then answered() or recorded() tells what came of it.
  struct step {
    enum class kind {
      send,   ///< Send the command of `key` for `came.due`; then answered() or retry().
      record  ///< Store `came` in the book; then recorded() or retry().
    };
    kind what;
    entry_key key;
    settlement came;
  };

  /// `most_under_way`: commands that are sent and not yet recorded.
  explicit agenda(std::size_t most_under_way) : most_{most_under_way} {}

  /// Adds an entry, or changes what is known of it: whether it is paused, and its last due time.
  /// `when` is nothing if it cannot be known, since its zone is gone: then it is never due.
  void put(const entry_key& key, const schedule_entry& entry, std::optional<timing> when);
  /// The entry is over. A command of it that was sent is still answered; none is sent again.
  void remove(const entry_key& key);
  [[nodiscard]] const schedule_entry* find(const entry_key& key) const;

  /// What is to be done at this time, in order. Cheap when nothing is.
  [[nodiscard]] std::vector<step> take(instant now);
  /// When take() may have something next, seen from `now`; nothing: only after another call.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> next_in(instant now) const;

  /// The command was answered for good. Returns what to record; nothing, if the entry is over.
  [[nodiscard]] std::optional<step> answered(const entry_key& key, std::string outcome,
                                             std::string detail);
  /// The outcome is durable, or the book knows the entry no more. Returns a one-shot that is over
  /// by it, with the outcome.
  std::optional<schedule_entry> recorded(const entry_key& key);
  /// The step came to nothing, and take() brings it again: after 100 ms, and after twice as long
  /// each time, up to a minute.
  void retry(const entry_key& key, instant now);

  /// The due times that come next, at most so many; none if it is paused.
  [[nodiscard]] std::vector<timestamp> next_of(const entry_key& key, std::size_t most) const;
  /// True if the entry waits for something beyond its due time: for its target, or to try again.
  [[nodiscard]] bool under_way(const entry_key& key) const;

private:
  enum class stage { idle, waiting, in_line, sent, recording };
  struct item {
    schedule_entry entry;
    std::optional<timing> when;
    stage at = stage::idle;
    bool over = false;
    settlement came = {};  // from in_line on; its due time also while waiting
    std::chrono::milliseconds back_off{0};
    std::optional<steady> retry_at = {};
  };
  struct line {
    bool busy = false;
    std::set<std::pair<timestamp, entry_key>> queue = {};
  };
  using items = std::map<entry_key, item>;

  void wait_for_next(const entry_key& key, item& of);
  void leave_queues(const entry_key& key, item& of);
  /// Decides which of the times that are due by now is taken up, by the policy for missed ones.
  void take_up(const entry_key& key, item& of, timestamp now, std::vector<step>& into);
  void enter_line(const entry_key& key, item& of);
  void free_line(const item& of);
  [[nodiscard]] static std::string target_of(const item& of);

  const std::size_t most_;
  std::size_t under_way_ = 0;
  timestamp newest_wall_ = timestamp::min();
  items items_;
  std::set<std::pair<timestamp, entry_key>> heap_;  // those that wait for their due time
  std::map<std::string, line, std::less<>> lines_;
  std::deque<std::string> ready_;  // targets with a queue, and nothing under way
  std::set<std::pair<steady, entry_key>> retries_;
};

}  // namespace acta::internal
