// Schedules at rest: 64 aggregates of type acta.schedule, the books. A book holds the entries of
// the targets whose hash leads to it; their life is its events:
//
//   added -> settled, settled, ...     a due time each, later than the one before
//         -> paused -> resumed
//         -> cancelled, or of a one-shot settled: then the entry is over
//
// A book keeps the newest 100 one-shots that are settled, for who asks what came of them.
// The number of an entry is the version of the event that added it, so that none is used again. A
// book judges what needs no clock, no zone and no other aggregate: sizes, names within the book,
// the order of due times. What needs them is judged before a command is sent to it: see
// plan_check.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "actors/model/context.hpp"
#include "actors/model/contract.hpp"
#include "actors/model/decision.hpp"
#include "runtime/schedule/entry.hpp"

namespace acta::internal {

inline constexpr std::string_view schedule_type = "acta.schedule";
inline constexpr std::size_t book_count = 64;

/// Returns the number of the book of a target, from 0. It never changes: journals rest on it.
[[nodiscard]] std::size_t book_of(std::string_view aggregate, std::string_view id);

/// Has an entry go on: due times until then are left out, but not a one-shot's.
inline void resume(schedule_entry& entry, timestamp at) {
  entry.paused = false;
  if (!entry.once() && (!entry.last || *entry.last < at)) entry.last = at;
}

/// Adds a one-shot that is over to those that are kept, the oldest first: the last one of a name,
/// and the newest 100.
void keep_over(std::vector<schedule_entry>& kept, schedule_entry one);

namespace books {

// Events: published, immutable.

struct added {
  std::uint64_t number = 0;
  stored_plan plan;
  timestamp since{};
};
template <class Inspector>
bool inspect(Inspector& f, added& e) {
  return f.object(e).fields(f.field("number", e.number), f.field("plan", e.plan),
                            f.field("since", e.since));
}

struct settled {
  std::uint64_t number = 0;
  settlement came;
};
template <class Inspector>
bool inspect(Inspector& f, settled& e) {
  return f.object(e).fields(f.field("number", e.number), f.field("came", e.came));
}

struct paused {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, paused& e) {
  return f.object(e).fields(f.field("number", e.number));
}

/// Due times until then were not due, but for a one-shot's.
struct resumed {
  std::uint64_t number = 0;
  timestamp at{};
};
template <class Inspector>
bool inspect(Inspector& f, resumed& e) {
  return f.object(e).fields(f.field("number", e.number), f.field("at", e.at));
}

struct cancelled {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, cancelled& e) {
  return f.object(e).fields(f.field("number", e.number));
}

/// Somebody has the command sent now, with a command id of their own.
struct run_requested {
  std::uint64_t number = 0;
  timestamp due{};  ///< What ${due} stands for.
};
template <class Inspector>
bool inspect(Inspector& f, run_requested& e) {
  return f.object(e).fields(f.field("number", e.number), f.field("due", e.due));
}

// Commands.

// None holds a time of its sender's: a repeat has the same content.

struct add {
  stored_plan plan;
};
template <class Inspector>
bool inspect(Inspector& f, add& c) {
  return f.object(c).fields(f.field("plan", c.plan));
}

struct settle {
  std::uint64_t number = 0;
  settlement came;
};
template <class Inspector>
bool inspect(Inspector& f, settle& c) {
  return f.object(c).fields(f.field("number", c.number), f.field("came", c.came));
}

struct pause {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, pause& c) {
  return f.object(c).fields(f.field("number", c.number));
}

struct resume {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, resume& c) {
  return f.object(c).fields(f.field("number", c.number));
}

struct cancel {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, cancel& c) {
  return f.object(c).fields(f.field("number", c.number));
}

struct request_run {
  std::uint64_t number = 0;
};
template <class Inspector>
bool inspect(Inspector& f, request_run& c) {
  return f.object(c).fields(f.field("number", c.number));
}

/// A schedule that was cancelled.
struct gone {
  std::uint64_t number = 0;
  std::string name;
};
template <class Inspector>
bool inspect(Inspector& f, gone& g) {
  return f.object(g).fields(f.field("number", g.number), f.field("name", g.name));
}

struct book_view {
  std::vector<schedule_entry> entries;  ///< By number.
  std::vector<schedule_entry> over;     ///< One-shots, in the order in which they were settled.
  std::vector<books::gone> gone;        ///< In the order in which they were cancelled.
};
template <class Inspector>
bool inspect(Inspector& f, book_view& v) {
  return f.object(v).fields(f.field("entries", v.entries), f.field("over", v.over),
                            f.field("gone", v.gone));
}

}  // namespace books

/// Adds one that was cancelled to the newest 100 that are kept: a repeat of the call that cancelled
/// it names it, and its book knows whether it is one.
void keep_gone(std::vector<books::gone>& kept, books::gone one);

/// One book. Refuses with invalid_name, name_taken, entry_too_large, book_full, unknown_schedule,
/// already_settled.
class schedule_book {
public:
  static constexpr std::string_view type = schedule_type;
  static constexpr int state_version = 2;
  using events = acta::events<acta::event<books::added, "acta.schedule.added", 1>,
                              acta::event<books::settled, "acta.schedule.settled", 1>,
                              acta::event<books::paused, "acta.schedule.paused", 1>,
                              acta::event<books::resumed, "acta.schedule.resumed", 1>,
                              acta::event<books::cancelled, "acta.schedule.cancelled", 1>,
                              acta::event<books::run_requested, "acta.schedule.run_requested", 1>>;
  using commands = acta::commands<books::add, books::settle, books::pause, books::resume,
                                  books::cancel, books::request_run>;
  using answer = decision<schedule_book>;

  [[nodiscard]] answer decide(const books::add& command, const context& now) const;
  /// A due time that is not later than the last one was settled before: nothing happens. Nor does
  /// for a one-shot that is over.
  [[nodiscard]] answer decide(const books::settle& command, const context&) const;
  [[nodiscard]] answer decide(const books::pause& command, const context&) const;
  [[nodiscard]] answer decide(const books::resume& command, const context& now) const;
  [[nodiscard]] answer decide(const books::cancel& command, const context&) const;
  [[nodiscard]] answer decide(const books::request_run& command, const context& now) const;

  void apply(const books::added& event);
  void apply(const books::settled& event);
  void apply(const books::paused& event);
  void apply(const books::resumed& event);
  void apply(const books::cancelled& event);
  void apply(const books::run_requested&) {}

  [[nodiscard]] books::book_view view() const { return {entries_, over_, gone_}; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, schedule_book& b) {
    return f.object(b).fields(f.field("entries", b.entries_), f.field("over", b.over_),
                              f.field("gone", b.gone_));
  }
  [[nodiscard]] const schedule_entry* find(std::uint64_t number) const;
  schedule_entry* find(std::uint64_t number);
  void remove(std::uint64_t number);

  std::vector<schedule_entry> entries_;  // by number
  std::vector<schedule_entry> over_;     // by when they were settled
  std::vector<books::gone> gone_;        // by when they were cancelled
};

}  // namespace acta::internal
