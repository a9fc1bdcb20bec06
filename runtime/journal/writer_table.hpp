// Who may append to which stream, and at which version: invariant 3, the same for every adapter.
#pragma once

#include <optional>

#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/journal.hpp"
#include "actors/protocol/stream_table.hpp"

namespace acta {

/// The streams that have a registered writer. One thread, or under one lock.
class writer_table {
public:
  /// Registers `writer`; `current` finds the stream's version if it is not known here. False: a
  /// newer writer is registered.
  template <class Current>
  [[nodiscard]] bool open(const stream_id& stream, writer_id writer, Current current) {
    auto& known = find_or_add(stream, writer, current);
    if (writer < known.writer) return false;
    known.writer = writer;
    return true;
  }
  void leave(const stream_id& stream, writer_id writer) {
    const auto* found = entries_.find(stream);
    if (found && found->value.writer == writer) entries_.erase(stream);
  }
  /// Checks an append, and counts its events if it may be stored. Its first event gets the version
  /// after `append.expected`.
  template <class Current>
  [[nodiscard]] append_status check(const append_request& append, Current current) {
    auto& known = find_or_add(append.stream, append.writer, current);
    if (append.writer < known.writer && !deliberate::commits("no_incarnation_check"))
      return append_status::stale_writer;
    if (append.expected != known.last && !deliberate::commits("no_version_check"))
      return append_status::wrong_version;
    known.writer = append.writer;
    known.last = known.last.next(append.events.size());
    return append_status::stored;
  }
  void clear() { entries_.clear(); }

  /// Before the check of the i-th append of a batch: see stream_table.
  void look_ahead(std::size_t i, const std::vector<append_ptr>& batch) const {
    entries_.look_ahead(i, batch.size(),
                        [&](std::size_t at) -> const stream_id& { return batch[at]->stream; });
  }

private:
  struct registration {
    version last;
    writer_id writer;
  };
  template <class Current>
  registration& find_or_add(const stream_id& stream, writer_id writer, Current& current) {
    if (auto* found = entries_.find(stream)) return found->value;
    return entries_.find_or_add(stream, current(stream), writer).value;
  }
  stream_table<registration> entries_;
};

}  // namespace acta
