// Who may append to which stream, and at which version: invariant 3, the same for every adapter.
#pragma once

#include <algorithm>

#include "actors/ports/append.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "actors/protocol/stream_table.hpp"

namespace acta::internal {

/// The streams that have a registered writer. One thread, or under one lock.
///
/// A writer decides its next command on top of the events that it sent before. So once one of its
/// appends is refused, all its later ones are, until it has recovered: one that happens to expect
/// the right version would rest on events that nobody stored (invariant 3).
class writer_table {
public:
  /// Registers `writer`; `current` finds the stream's version if it is not known here. False: a
  /// newer writer is registered.
  template <class Current>
  [[nodiscard]] bool open(const stream_id& stream, writer_id writer, Current current) {
    if (auto* found = entries_.find(stream)) {
      if (writer < found->value.writer) return false;
      found->value.writer = writer;
      found->value.barred = false;
      return true;
    }
    entries_.find_or_add(stream, current(stream), writer, false);
    return true;
  }
  void leave(const stream_id& stream, writer_id writer) {
    const auto* found = entries_.find(stream);
    if (found && found->value.writer == writer) entries_.erase(stream);
  }
  /// Checks an append, and counts its events if it may be stored. Its first event gets the version
  /// after `append.expected`. A writer that is not registered is, with the first append that may be
  /// stored.
  template <class Current>
  [[nodiscard]] append_status check(const append_request& append, Current current) {
    auto* found = entries_.find(append.stream);
    const auto last = found ? found->value.last : current(append.stream);
    const auto status = judge(append, last, found ? &found->value : nullptr);
    if (status != append_status::stored) {
      bar(append.stream, append.writer, found ? &found->value : nullptr);
      return status;
    }
    auto& known = found ? found->value
                        : entries_.find_or_add(append.stream, last, append.writer, false).value;
    if (known.writer != append.writer) known.barred = false;
    known.writer = append.writer;
    known.last = last.next(append.events.size());
    return append_status::stored;
  }
  void clear() {
    entries_.clear();
    newest_refused_.clear();
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Before the check of the i-th append of a batch: see stream_table.
  void look_ahead(std::size_t i, const std::vector<append_ptr>& batch) const {
    entries_.look_ahead(i, batch.size(),
                        [&](std::size_t at) -> const stream_id& { return batch[at]->stream; });
  }

private:
  struct registration {
    version last;
    writer_id writer;
    bool barred;  ///< An append of `writer` was refused, and it has not recovered since.
  };

  [[nodiscard]] append_status judge(const append_request& append, version last,
                                    const registration* known) const {
    if (known && append.writer < known->writer && !deliberate::commits("no_incarnation_check"))
      return append_status::stale_writer;
    if (is_barred(append, known) && !deliberate::commits("refused_writer_goes_on"))
      return append_status::wrong_version;
    if (append.expected != last && !deliberate::commits("no_version_check"))
      return append_status::wrong_version;
    return append_status::stored;
  }
  [[nodiscard]] bool is_barred(const append_request& append, const registration* known) const {
    if (known && known->writer == append.writer) return known->barred;
    if (newest_refused_.size() == 0) return false;
    const auto* refused = newest_refused_.find(append.stream);
    return refused && append.writer <= refused->value;
  }
  void bar(const stream_id& stream, writer_id writer, registration* known) {
    if (known && known->writer == writer) known->barred = true;
    auto& newest = newest_refused_.find_or_add(stream, writer).value;
    newest = std::max(newest, writer);
  }

  stream_table<registration> entries_;
  /// Outlives the registrations. A writer as old as this, or older, that is not registered must
  /// recover first. One entry for each stream that ever had two writers: those are few.
  stream_table<writer_id> newest_refused_;
};

}  // namespace acta::internal
