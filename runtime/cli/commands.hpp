// The commands that every application gets, one function each. Each returns an exit code and tells
// errors by throwing command_error.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/backup_options.hpp"
#include "runtime/delivery/way_in.hpp"
#include "runtime/options.hpp"

namespace acta {

class node;

/// A command could not be carried out; what() is for the user.
class command_error : public std::runtime_error {
public:
  explicit command_error(const std::string& what) : std::runtime_error{what} {}
  explicit command_error(const error& what) : std::runtime_error{what.detail} {}
};

/// The same in several lines. What a line holds of an argument, a file or a journal has no line
/// feed of its own: it is printable().
class told_in_lines : public command_error {
public:
  using command_error::command_error;
};

struct serve_options {
  std::string name;  ///< Of the application, for the greeting.
  options settings;  ///< Its data directory is the only one there is.
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> hosts = {};  ///< Names that clients may ask for.
  std::string log_level = "info";
  /// If it is given, in place of settings.traces.slower_than.
  std::optional<std::chrono::milliseconds> trace_slower_than = {};
  std::function<void(node&)> started = [](node&) {};
  std::vector<internal::way_in_factory> ways_in = {};  ///< Beside HTTP.
};
/// Serves HTTP, and by the other ways in, until SIGINT, SIGTERM or SIGHUP, then drains; or until
/// the node gives up. Those of the signals that are ignored when it starts stay ignored. At the
/// drain's deadline, or on a second signal, it leaves the process with exit code 1.
int serve(const serve_options& how, const std::vector<aggregate_type>& types);

struct log_options {
  std::uint64_t from = 1;
  std::uint64_t limit = 0;  ///< 0: all.
  std::string stream;       ///< Empty: all.
};
/// Prints one event a line, as JSON. Where the domain fails to show an event, the line has
/// `problem` in place of `payload`; the other events are printed, and then this throws.
int print_log(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
              const log_options& what);

/// Reads everything: checksums, dense positions, contiguous versions, every event decodable and
/// known, both copies alike, and each aggregate replayed from its first event. Counts the events
/// that are retired, which are read and not replayed, and those with values that JSON has no form
/// for. Returns 1 also for a journal that is sound where the domain threw, or found no memory, and
/// says so.
int verify(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
           bool as_json);

/// Prints the schemas of commands, events and views, with fingerprints, as JSON.
int print_schemas(const std::vector<aggregate_type>& types);

/// Adds published events that are new to the lock file, which is made if it is not there. Leaves it
/// as it is, and fails, if one that is locked has changed or is gone.
int lock_schemas(const std::vector<aggregate_type>& types, const std::filesystem::path& file);

struct schema_options {
  std::filesystem::path file = "schemas.lock.json";
  bool check_file = true;
  std::filesystem::path journal;  ///< Empty: none is looked at.
};
/// Compares the published events with the lock file, with what a journal remembers, or both, and
/// prints what differs; 1 if anything does. An event that is not locked yet differs from the file.
int check_schemas(const std::vector<aggregate_type>& types, const schema_options& what);

/// Has a journal that nobody serves forget events that were never stored: see forget_contracts().
int forget_events(const std::filesystem::path& data, const std::vector<std::string>& names);

/// Copies a journal into a directory: through the node that serves it, or, if none does, by opening
/// it for as long as that takes.
int backup(const std::filesystem::path& data, const std::filesystem::path& directory,
           const backup_options& how);
/// Carries out a request of the command above in a serving node, and returns the answer. A backup
/// ends once `stopped` returns true.
std::string answer_control(node& running, const std::string& request,
                           std::function<bool()> stopped);
/// Returns the answer to a request that comes while the request `under_way` is carried out.
std::string answer_while_busy(const std::string& under_way);

/// The command line of `schedule`, read.
struct schedule_command {
  std::string call = "list";  ///< add, list, pause, resume, cancel, run-now
  std::string name;
  std::string cron;
  std::string zone;
  std::string every;
  std::string at;
  std::string missed;
  std::string type;
  std::string id;
  std::string command;
  std::string arguments = "{}";
  std::string command_id;
  bool as_json = false;
};
/// Carries it out in the node that serves the journal, or, if none does, by opening the journal.
/// Then nothing is due meanwhile.
int schedule(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
             const schedule_command& what);
/// Carries out a request of the command above in a serving node, and returns the answer. Nothing:
/// the request is another one.
std::optional<std::string> answer_schedule_control(node& running, const std::string& request);

/// Drops the last write of a closed journal, if it is there in part, and prints what can still be
/// read of it. With `dry_run` changes nothing. Says so if every write is whole. Throws if there is
/// no journal, somebody has it open, or what is not whole may have been answered.
int repair(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
           bool dry_run);

/// Says on standard error what a journal has to say of itself: that it dropped a torn end, say.
void note_on_standard_error(const notice& told);

/// Calls `visit` for every durable event of a journal from offset `from` on, beside a running node
/// or without one, until it returns false.
void for_each_event(const std::filesystem::path& data, std::uint64_t from,
                    const std::function<bool(const recorded_event&)>& visit);

/// The type an event's stream belongs to. Throws command_error if it is not among `types`.
const aggregate_type& type_of(const std::vector<aggregate_type>& types,
                              const recorded_event& event);

/// Applies an event to a state of its aggregate, an instance of what `type` describes. Returns
/// false, with nothing changed, if the event is retired. Throws command_error if the event is not
/// known or cannot be read.
bool apply_event(const aggregate_type& type, const recorded_event& event, void* state);

}  // namespace acta
