// What an aggregate knows of the commands that its stream has seen (invariant 5): the newest of
// them exactly, older ones for as long as a client may still repeat them, and up to where that
// reaches. What is older than that only the journal can tell.
#pragma once

#include <chrono>
#include <deque>

#include "actors/aggregate/command_trail.hpp"
#include "actors/aggregate/command_window.hpp"

namespace acta::internal {

/// One thread.
class command_memory {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The newest `window` commands are kept exactly; older ones as `budget` allows, none if it is
  /// null.
  command_memory(std::size_t window, command_budget* budget)
      : budget_{budget}, newest_{window}, older_{budget} {}

  /// One of the newest commands, by its id.
  [[nodiscard]] const command_window::remembered* find(std::string_view command_id) const {
    return newest_.find(command_id);
  }
  /// Every command that led to a later version than this is known; 0: all are.
  [[nodiscard]] version forgotten_up_to() const { return forgotten_up_to_; }

  /// Takes note of one more event, of version `at`. Events of one command follow one another.
  /// Before look_back() only the newest commands are kept.
  void add(std::string_view command_id, std::uint64_t hash, version at);
  /// From now on older commands are kept, from their making on. Its time is `now`.
  void begin(time_point now, version current);
  /// How far one command has been looked for in the journal, in vain.
  struct progress {
    version checked;   ///< None of the older commands up to here has its id.
    version searched;  ///< The history up to here does not have it, back to the time that counts.
  };
  /// What the journal must be asked before a command of this id may be decided; nothing if all is
  /// known. `since`: the caller wants to be sure of the history back to that time.
  [[nodiscard]] std::optional<command_search> search_for(const stream_id& stream,
                                                         std::string_view command_id,
                                                         std::optional<timestamp> since,
                                                         const progress& so_far) const;
  /// Takes the outcome of a search; what it passed counts as made now.
  void take(const command_search& search, const search_result& outcome, progress& so_far,
            time_point now, version current);

  /// What to ask the journal after a recovery, so that the older commands are known again: back to
  /// the reach before the newest event, which is of `newest_time`. Nothing if none are missing.
  /// Where there is no room for any of them, the answer says how old those are that are left out.
  [[nodiscard]] std::optional<command_search> look_back(const stream_id& stream,
                                                        timestamp newest_time) const;
  /// Begins, and takes the answer. Tells the budget how far the memory reaches, if not all of it
  /// found room.
  void take_look_back(const command_search& search, const search_result& outcome,
                      timestamp newest_time, time_point now, version current);
  /// Whether a command was forgotten for want of room since pass_time(), which tells the budget.
  [[nodiscard]] bool dropped() const { return dropped_; }
  /// Forgets what is too old. To be called every now and then.
  void pass_time(time_point now, version current);

  [[nodiscard]] command_window::saved save(std::size_t most) const { return newest_.save(most); }
  /// Goes on where a saved window was. Only on an empty one.
  void restore(command_window::saved from);

private:
  /// What was made up to `last` was made before `at`, or in the second after it.
  struct mark {
    time_point at;
    version last;
  };
  void keep_older(const command_window::remembered& command);
  void add_older(const command_search& search, const search_result& outcome, time_point now,
                 version current);
  [[nodiscard]] std::size_t room() const;
  void forget_up_to(version last);
  /// The least age that the newest of the forgotten commands can have.
  [[nodiscard]] std::chrono::milliseconds age_of_forgotten(time_point now);
  /// Keeps what is here for the whole reach again.
  void renew(time_point now, version current);

  command_budget* budget_;
  command_window newest_;
  command_trail older_;
  version forgotten_up_to_{};
  std::deque<mark> marks_;  // about one a second
  version older_up_to_{};   // the events up to here are older than
  timestamp older_than_{};
  bool begun_ = false;
  bool dropped_ = false;  // for want of room, since time passed last
};

}  // namespace acta::internal
