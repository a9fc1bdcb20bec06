// Looks for a command in a stream that has no index by command: page by page, from the newest
// version back. The adapter reads the pages; nothing is read here.
#pragma once

#include <string>
#include <vector>

#include "actors/ports/event_page.hpp"
#include "actors/ports/search.hpp"

namespace acta::internal {

/// One search, one thread at a time.
class history_search {
public:
  explicit history_search(command_search what);

  struct range {
    version from;
    std::size_t events;
  };
  /// The events to read next; nothing: the search is over.
  [[nodiscard]] std::optional<range> next() const;
  /// Takes what was read of that range, its beginning at least. Fails (damaged) on a gap.
  result<void> take(event_page page);

  [[nodiscard]] const stream_id& stream() const { return what_.stream; }
  [[nodiscard]] search_result outcome() && { return std::move(outcome_); }

private:
  [[nodiscard]] version first_of_chunk() const;
  void examine(const recorded_event& event);
  void pass(const recorded_event& event);
  /// How late an event may have been made that says `said`: its clock may have been set forward
  /// since.
  [[nodiscard]] timestamp latest_time(timestamp said) const;
  /// Takes note of a wait: the one that ended with the event that was examined last.
  void note_wait(timestamp began);
  void end(version down_to);

  command_search what_;
  search_result outcome_;
  version top_;  // of the chunk that is being read
  std::size_t chunk_events_;
  std::vector<recorded_event> chunk_;               // its first events
  std::string last_id_;                             // that was passed
  timestamp later_;                                 // time of the event that was examined last
  std::vector<timestamp::duration> longest_waits_;  // the longest first
  bool all_passed_ = true;                          // none was left out for want of room
  bool over_ = false;
};

}  // namespace acta::internal
