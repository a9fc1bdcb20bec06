// Who may append to which stream, and at which version: invariant 3, the same for every adapter.
#pragma once

#include <optional>
#include <unordered_map>

#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/journal.hpp"

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
    const auto found = entries_.find(stream);
    if (found != entries_.end() && found->second.writer == writer) entries_.erase(found);
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

private:
  struct registration {
    version last;
    writer_id writer;
  };
  template <class Current>
  registration& find_or_add(const stream_id& stream, writer_id writer, Current& current) {
    if (const auto found = entries_.find(stream); found != entries_.end()) return found->second;
    return entries_.emplace(stream, registration{current(stream), writer}).first->second;
  }
  std::unordered_map<stream_id, registration> entries_;
};

}  // namespace acta
