// What a schedule is: its plan, which never changes, and how far it has come.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/model/identifiers.hpp"
#include "actors/model/inspect.hpp"

namespace acta {

/// What becomes of due times at which nothing ran, because no node did for instance. A due time
/// counts as missed when it is more than a minute late by the time that a node takes it up.
enum class missed_times {
  skip,  ///< None is made up.
  once,  ///< The newest is made up, for all of them.
  each,  ///< Each is made up, the oldest first: 1,000 at most, and the others are passed over.
};
/// Their names, wherever they are written or read.
inline constexpr std::array<std::pair<missed_times, std::string_view>, 3> missed_names{
    {{missed_times::skip, "skip"}, {missed_times::once, "once"}, {missed_times::each, "each"}}};
template <class Inspector>
bool inspect(Inspector& f, missed_times& m) {
  return f.enumeration(m, {missed_names[0], missed_names[1], missed_names[2]});
}

/// A command and when it is due. Exactly one of `cron`, `every` and `at` is given. The texts have
/// 4 KiB together.
struct schedule_plan {
  std::string name;  ///< 1 to 128 bytes, unique among the schedules of a node that are not over.
  std::string cron = {};          ///< Five fields: see runtime/schedule/cron.hpp.
  std::string zone = "UTC";       ///< Of the tz database; for `cron` and ${due:...}.
  std::chrono::seconds every{0};  ///< 1 s to 366 days, counted from when it is added.
  std::optional<timestamp> at = {};
  missed_times missed = missed_times::once;
  std::string aggregate = {};  ///< The target: type, id, command, and its JSON.
  std::string id = {};
  std::string command = {};
  std::string arguments = "{}";
  /// Texts of the arguments have ${due} and ${due:%Y-%m} replaced by the due time.
  bool fills_in_due = true;
};

namespace internal {

inline constexpr std::size_t most_entry_bytes = 4'096;
inline constexpr std::size_t most_entries = 10'000;
inline constexpr std::size_t most_name_bytes = 128;
inline constexpr std::size_t most_over = 100;
inline constexpr std::uint32_t most_made_up = 1'000;

/// A plan as it is stored.
struct stored_plan {
  std::string name;
  std::string cron;
  std::string zone;
  std::int64_t every_seconds = 0;
  std::optional<timestamp> at;
  missed_times missed = missed_times::once;
  std::string aggregate;
  std::string id;
  std::string command;
  std::string arguments;
  bool fills_in_due = true;

  stored_plan() = default;
  explicit stored_plan(const schedule_plan& from)
      : name{from.name},
        cron{from.cron},
        zone{from.zone},
        every_seconds{from.every.count()},
        at{from.at},
        missed{from.missed},
        aggregate{from.aggregate},
        id{from.id},
        command{from.command},
        arguments{from.arguments},
        fills_in_due{from.fills_in_due} {}
  [[nodiscard]] std::size_t bytes() const {
    return name.size() + cron.size() + zone.size() + aggregate.size() + id.size() + command.size() +
           arguments.size();
  }
};
template <class Inspector>
bool inspect(Inspector& f, stored_plan& p) {
  return f.object(p).fields(
      f.field("name", p.name), f.field("cron", p.cron), f.field("zone", p.zone),
      f.field("every_seconds", p.every_seconds), f.field("at", p.at), f.field("missed", p.missed),
      f.field("aggregate", p.aggregate), f.field("id", p.id), f.field("command", p.command),
      f.field("arguments", p.arguments), f.field("fills_in_due", p.fills_in_due));
}

/// What came of a due time.
struct settlement {
  timestamp due{};
  std::string outcome;  ///< done, repeated, skipped, given_up, or an error's code.
  std::string detail;   ///< Of a refusal or an error; for people.
  /// The oldest due time before this one that was missed and is passed over.
  std::optional<timestamp> passed_over_from;
  bool made_up = false;  ///< It was missed, and came late.

  bool operator==(const settlement&) const = default;
};
template <class Inspector>
bool inspect(Inspector& f, settlement& s) {
  return f.object(s).fields(
      f.field("due", s.due), f.field("outcome", s.outcome), f.field("detail", s.detail),
      f.field("passed_over_from", s.passed_over_from), f.field("made_up", s.made_up));
}

/// An entry of a book.
struct schedule_entry {
  std::uint64_t number = 0;
  stored_plan plan;
  timestamp since{};  ///< When it was added: nothing before is due.
  bool paused = false;
  /// A due time at or before this one is never due again.
  std::optional<timestamp> last;
  std::uint32_t made_up = 0;  ///< Missed times made up since the last one that was on time.
  std::optional<settlement> newest;

  [[nodiscard]] bool once() const { return plan.at.has_value(); }
};
template <class Inspector>
bool inspect(Inspector& f, schedule_entry& e) {
  return f.object(e).fields(f.field("number", e.number), f.field("plan", e.plan),
                            f.field("since", e.since), f.field("paused", e.paused),
                            f.field("last", e.last), f.field("made_up", e.made_up),
                            f.field("newest", e.newest));
}

/// What a due time's outcome changes of its entry.
inline void settle(schedule_entry& entry, const settlement& came) {
  entry.last = came.due;
  entry.made_up = came.made_up ? entry.made_up + 1 : 0;
  entry.newest = came;
}

}  // namespace internal
}  // namespace acta
