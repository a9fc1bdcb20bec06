// A search for a command in its stream's past.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"

namespace acta::internal {

/// A search for a command in its stream's past, from the newest version back.
struct command_search {
  stream_id stream;
  std::string command_id;  ///< Empty: none is looked for; what is passed is wanted.
  version newest;          ///< Where the search begins.
  /// The search ends with the first event that is older, in whose place everything before it is
  /// older too: an aggregate's events never go back in time.
  timestamp since;
  /// Commands that may be told of besides. With no id to look for, a search ends once there are
  /// more.
  std::size_t most_passed = 0;
  /// So many of the longest waits between two events are no age of what came before them, since the
  /// clock may have been set forward there: then the search goes further back than `since`.
  std::size_t steps_of_the_clock = 0;
  /// The wait before this time, and after the event at `newest`, is one of them.
  timestamp waits_until{};
};

/// A command as its last event's version, and a hash of its id; 16 bytes, since many are kept.
struct passed_command {
  std::uint64_t id_hash = 0;  ///< hash_of_command_id()
  version last;
  bool operator==(const passed_command&) const = default;
};

/// In this process only.
[[nodiscard]] inline std::uint64_t hash_of_command_id(std::string_view command_id) {
  return std::hash<std::string_view>{}(command_id);
}

struct search_result {
  /// The events that the command led to: how many, the last one's version, and the command's hash.
  struct command {
    version last;
    std::uint64_t events = 0;
    std::uint64_t hash = 0;
    bool operator==(const command&) const = default;
  };
  std::optional<command> found;
  /// What the search passed, newest first: every command that led to a version above `down_to`, up
  /// to `newest`. An adapter with an index passes nothing.
  std::vector<passed_command> passed;
  version down_to;
  /// The newest version whose event is older than `since`; nothing: the search did not meet one.
  std::optional<version> older = {};
  timestamp newest_time{};  ///< Of the event at `newest`; only from an adapter without an index.
  /// Time of the newest command that `most_passed` left out, at its latest, should the clock have
  /// been set; nothing: it left out none.
  std::optional<timestamp> left_out = {};
};

using search_done = std::function<void(result<search_result>)>;

}  // namespace acta::internal
