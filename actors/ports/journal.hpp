// What the actors need from a journal. tests/contract holds what every adapter must do. What a
// journal says of itself is in catalog.hpp, who may append in partition.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/ports/append.hpp"
#include "actors/ports/event_page.hpp"
#include "actors/ports/search.hpp"

namespace acta::internal {

/// Where events live, in one partition or several. Each partition has a log of its own, and a
/// stream lives in one. A partition that the journal does not have is empty, and appends to it are
/// `fenced`.
///
/// Every call returns at once; `done` is called exactly once, on a thread of the adapter or inside
/// the call, and only posts a message. Calls take effect in the order in which they are made: a
/// recover() sees each append() made before it, settled. Anybody may read, whoever owns the
/// partition.
///
/// Pages that wait to be read are bounded, those of streams and those of the log apart: beyond its
/// bound read_stream() or read_all() fails (overloaded), inside the call. recover() and
/// find_command() never do: whoever calls them is bounded by credits of its own.
class journal {
public:
  virtual ~journal() = default;

  /// Writes a batch, over any partitions, with one write and one sync. Each request has its own
  /// result, at its own place. A refused one fails alone; but all later ones of the same writer and
  /// stream are refused too, in this batch or another, also at the right version, until that writer
  /// recovers: they rest on what was not stored. Requests of one stream may follow one another in a
  /// batch. When the write or the sync fails, every request that was not refused is `unknown`, and
  /// the journal is read-only from then on. (An adapter that can fence what it has sent finds out
  /// what became of it instead: it answers later, and never `unknown`.) A contract that an event
  /// brings, and that is not stored yet, is written with the event, both or neither, and says from
  /// then on that it is stored.
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
  virtual void recover(partition_id in, const stream_id& stream, writer_id writer, version from,
                       std::size_t max_events, read_done done) = 0;
  /// Forgets the stream's writer, if it is still `writer`. The next append to the stream registers
  /// its writer itself, at the price of a look-up.
  virtual void leave(partition_id in, const stream_id& stream, writer_id writer) = 0;

  /// Keeps a snapshot, in place of the one before. Its events are durable. It is not synced, and
  /// nobody is told: it may be lost, and costs time when it is.
  virtual void save(partition_id in, const stream_id& stream, snapshot what) = 0;

  /// Looks for a command among a stream's durable events. Fails (damaged) if they do not check.
  virtual void find_command(partition_id in, command_search what, search_done done) = 0;

  /// Reads a stream's durable events from version `from` on (1 is the first), at most `max_events`.
  virtual void read_stream(partition_id in, const stream_id& stream, version from,
                           std::size_t max_events, read_done done) = 0;
  /// Reads all durable events of a partition from position `from` on, in commit order, at most
  /// `max_events`.
  virtual void read_all(position from, std::size_t max_events, read_done done) = 0;

  /// The position of a partition's newest durable event; offset 0 if it has none. Any thread.
  [[nodiscard]] virtual position last(partition_id of) const = 0;
  /// Returns the name of the store of the events, a literal, for OpenTelemetry's db.system.name.
  /// Any thread.
  [[nodiscard]] virtual std::string_view system() const { return "memory"; }
  /// Why the journal takes no writes; empty while it does. Any thread.
  [[nodiscard]] virtual std::string read_only_reason() const = 0;
};

}  // namespace acta::internal
