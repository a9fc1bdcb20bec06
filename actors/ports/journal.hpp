// What the actors need from a journal. tests/contract holds what every adapter must do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/cursor.hpp"
#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/backup_options.hpp"

namespace acta::internal {

/// The events of one command, for one stream: stored all or none.
struct append_request {
  stream_id stream;
  writer_id writer;
  version expected;  ///< The stream's version before these events.
  event_metadata metadata;
  std::vector<new_event> events;  ///< Not empty.
};

/// Shared, so that a batch is handed on without moving what is in it.
using append_ptr = std::shared_ptr<const append_request>;

enum class append_status : std::uint8_t {
  stored,         ///< Written and synced.
  wrong_version,  ///< Refused: the stream is at another version. Nothing of it is stored.
  stale_writer,   ///< Refused: a newer writer has registered. Nothing of it is stored.
  read_only,      ///< Not tried: the journal takes no writes since one failed.
  unknown,        ///< The write or its sync failed: it may be found after reopening, or not.
};

struct append_result {
  append_status status = append_status::unknown;
  position first{};  ///< With `stored`: of the first event; the others follow without a gap.
};

/// An aggregate as it was at one version, so that recovery need not begin at the first event.
struct snapshot {
  acta::version version;
  std::uint64_t fingerprint = 0;  ///< Of the state's layout and version; another's is not read.
  bytes state;                    ///< CBOR.
  bytes commands;                 ///< CBOR: the window of commands that are recognised.

  bool operator==(const snapshot&) const = default;
};

/// A page ends behind the event with which its payloads come to so many bytes, however many events
/// were asked for: events may be a thousand times larger than usual.
constexpr std::size_t most_page_bytes = 4 * 1024 * 1024;

/// A part of a stream or of the log, in order; it has at least one event if there is one.
struct event_page {
  std::vector<recorded_event> events;
  std::size_t bytes = 0;  ///< Of their payloads.
  /// Nothing follows: the newest durable event is in here, or there was none.
  bool complete = true;
  /// With recover(): what the events follow on; an error (damaged) if it does not check, and then
  /// they begin with the first.
  std::optional<result<internal::snapshot>> snapshot = {};

  void add(recorded_event event) {
    bytes += event.payload.size();
    events.push_back(std::move(event));
  }
  [[nodiscard]] bool full(std::size_t max_events) const {
    return events.size() >= max_events || bytes >= most_page_bytes;
  }
};

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
  /// Time of the newest command that `most_passed` left out; nothing: it left out none.
  std::optional<timestamp> left_out = {};
};

using search_done = std::function<void(result<search_result>)>;
using append_done = std::function<void(std::vector<append_result>)>;
using read_done = std::function<void(result<event_page>)>;

/// Where events live. Every call returns at once; `done` is called exactly once, on a thread of the
/// adapter or inside the call, and only posts a message. Calls take effect in the order in which
/// they are made: a recover() sees each append() made before it, settled.
class journal {
public:
  virtual ~journal() = default;

  /// Writes a batch with one write and one sync. Each request has its own result, at its own place.
  /// A refused one fails alone; but all later ones of the same writer and stream are refused too,
  /// in this batch or another, also at the right version, until that writer recovers: they rest on
  /// what was not stored. Requests of one stream may follow one another in a batch. When the write
  /// or the sync fails, every request that was not refused is `unknown`, and the journal is
  /// read-only from then on. A contract that an event brings, and that is not stored yet, is
  /// written as a property with the event, both or neither, and says from then on that it is
  /// stored.
  virtual void append(std::vector<append_ptr> batch, append_done done) = 0;
  /// The same for requests that nobody else holds.
  void append(std::vector<append_request> batch, append_done done) {
    std::vector<append_ptr> shared;
    for (auto& one : batch) shared.push_back(std::make_shared<append_request>(std::move(one)));
    append(std::move(shared), std::move(done));
  }

  /// Makes `writer` the stream's only writer, then reads like read_stream(); `from` 0: from the
  /// newest snapshot, or without one from the first event. Fails (conflict) if a newer writer is
  /// registered, (damaged) if the snapshot is of a version that the stream does not have.
  virtual void recover(const stream_id& stream, writer_id writer, version from,
                       std::size_t max_events, read_done done) = 0;
  /// Forgets the stream's writer, if it is still `writer`. The next append to the stream registers
  /// its writer itself, at the price of a look-up.
  virtual void leave(const stream_id& stream, writer_id writer) = 0;

  /// Keeps a snapshot, in place of the one before. Its events are durable. It is not synced, and
  /// nobody is told: it may be lost, and costs time when it is.
  virtual void save(const stream_id& stream, snapshot what) = 0;

  /// Looks for a command among a stream's durable events. Fails (damaged) if they do not check.
  virtual void find_command(command_search what, search_done done) = 0;

  /// Reads a stream's durable events from version `from` on (1 is the first), at most `max_events`.
  virtual void read_stream(const stream_id& stream, version from, std::size_t max_events,
                           read_done done) = 0;
  /// Reads all durable events from position `from` on, in commit order, at most `max_events`.
  virtual void read_all(position from, std::size_t max_events, read_done done) = 0;

  /// The position of the newest durable event; (0, 0) in an empty journal. Any thread.
  [[nodiscard]] virtual position last() const = 0;
  /// Which journal this is, and in which of its histories: for cursors. It does not change while
  /// the journal is open. Any thread.
  [[nodiscard]] virtual journal_identity identity() const = 0;
  /// Why the journal takes no writes; empty while it does. Any thread.
  [[nodiscard]] virtual std::string read_only_reason() const = 0;

  /// What the journal knows about itself: number of shards, schemas, epoch. Read and written before
  /// the actors start; durable when set_properties() returns. Fails (damaged, storage) rather than
  /// leave out what it cannot read, since what seems new is written again. Blocking.
  [[nodiscard]] virtual result<std::map<std::string, std::string>> properties() const = 0;
  virtual result<void> set_properties(const std::map<std::string, std::string>& changed) = 0;
  /// Forgets properties, all of them or, if it fails, none. Durable when it returns. Blocking.
  virtual result<void> remove_properties(const std::vector<std::string>& names) = 0;

  /// Copies everything into `directory`, a journal of its own from then on, while appends go on.
  /// Every append that was answered before the call is in it; returns up to which position that is
  /// certain. Fails (storage) if the directory is neither empty nor an unfinished backup, cannot be
  /// written, or `how.stopped` said so, and leaves nothing there; (read_only) once a write
  /// has failed. Blocking; any thread.
  virtual result<position> backup(const std::filesystem::path& directory,
                                  const backup_options& how) = 0;
  result<position> backup(const std::filesystem::path& directory) { return backup(directory, {}); }
};

}  // namespace acta::internal
