// The schedules of a node: adds and changes them, and sends their commands when they are due.
//
//   node.run_schedules();                         // `serve` does it; due times fire from then on
//   node.schedule({.name = "salary", .cron = "0 6 25 * *", .zone = "Europe/Zurich",
//                  .aggregate = "bank.account", .id = "4711", .command = "deposit",
//                  .arguments = R"({"minor_units": 500, "reference": "${due:%Y-%m}"})"}).get();
//   accounts.send_at(tomorrow, "4711", bank::deposit{500, "gift"}).get();
//
// Each due time has one effect: its command id is made of the book, the entry's number and the due
// time, and a repeat of it is looked for back to the due time. So a kill between the effect and its
// record, a restart, or a clock that steps back fire nothing twice.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/call.hpp"
#include "runtime/schedule/entry.hpp"

namespace acta {

namespace internal {
class schedule_port;
}

/// A schedule was added, durably.
struct schedule_receipt {
  std::size_t book = 0;      ///< acta.schedule/BOOK is the aggregate that holds it.
  std::uint64_t number = 0;  ///< Within its book, and never used again.
  bool repeated = false;     ///< The same call came before; this is its first answer again.

  bool operator==(const schedule_receipt&) const = default;
};

/// What is known of a schedule now.
struct schedule_status {
  internal::schedule_entry entry;
  std::size_t book = 0;
  bool under_way = false;            ///< A due time waits for its target or its answer.
  std::vector<timestamp> next = {};  ///< The next due times, at most three; none while paused.
  bool over = false;                 ///< A one-shot that is settled: `entry.newest` is its outcome.
  std::string problem = {};          ///< Why it is never due: its zone is gone, for instance.
};

/// Any thread. Answers come on a thread of the schedules' own, which must not be held up: every due
/// time would be late. Every call is answered, with shutting_down if nothing else.
class schedules {
public:
  template <class T>
  using done = std::function<void(result<T>)>;

  explicit schedules(std::unique_ptr<internal::schedule_port> to);
  ~schedules();
  schedules(const schedules&) = delete;
  schedules& operator=(const schedules&) = delete;

  /// Adds a schedule. Fails with malformed (cron, zone, every, at, or the path in the arguments as
  /// the field), unknown_aggregate, unknown_command, retired; refused with name_taken, book_full,
  /// entry_too_large, invalid_name; and as a command to its book does. A repeat by how.command_id
  /// is recognised as a command's is: see call_options.
  void add(schedule_plan plan, call_options how, done<schedule_receipt> told);
  /// Change the schedule of this name; not_found if there is none. Due times of a pause are left
  /// out, but a one-shot whose time passed is due when it is resumed.
  void pause(std::string name, call_options how, done<receipt> told);
  void resume(std::string name, call_options how, done<receipt> told);
  /// What was sent and has no answer yet may still have its effect.
  void cancel(std::string name, call_options how, done<receipt> told);
  /// Sends the command now, beside its due times: with how.command_id, so that a caller who repeats
  /// the call with the same one has one effect. ${due} is the time of the first such call. Returns
  /// the answer of the target.
  void run_now(std::string name, call_options how, done<receipt> told);
  /// The schedules in the order of their names, behind `after`, at most so many. Also one-shots
  /// that are over, the newest 100 of each book, but for those whose name another schedule has
  /// taken: of several of one name the one that was due last.
  void list(std::string after, std::size_t most, done<std::vector<schedule_status>> told);
  void find(std::string name, done<schedule_status> told);

  /// Sends from now on what is due. Fills itself from the books first.
  void run();
  /// Sends nothing more.
  void refuse_new();
  /// From when it has returned on nothing is asked of the node. What is asked of this is answered
  /// with shutting_down.
  void close();
  /// Ends the thread, when every call is answered. After it, none may come.
  void stop();

private:
  class implementation;
  std::unique_ptr<implementation> self_;
};

}  // namespace acta
