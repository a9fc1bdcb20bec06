// One partition of the journal in memory: its log, its streams, and whose it is.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/ports/journal.hpp"
#include "actors/ports/partition.hpp"
#include "runtime/journal/writer_table.hpp"

namespace acta::internal {

/// Under one lock.
class memory_partition {
public:
  explicit memory_partition(partition_id id) : id_{id} {}

  /// Whether `append` may be stored: it must be, before the next is checked.
  [[nodiscard]] append_status check(const append_request& append);
  /// Stores what check() allowed. Returns the first event's position.
  position store(const append_request& append);
  [[nodiscard]] result<event_page> recover(const stream_id& stream, writer_id writer, version from,
                                           std::size_t most);
  void leave(const stream_id& stream, writer_id writer) { writers_.leave(stream, writer); }
  void save(const stream_id& stream, snapshot what) {
    snapshots_.insert_or_assign(stream, std::move(what));
  }
  [[nodiscard]] event_page read_stream(const stream_id& stream, version from,
                                       std::size_t most) const;
  [[nodiscard]] event_page read_all(std::uint64_t from, std::size_t most) const;
  [[nodiscard]] position last() const { return {id_, log_.size()}; }
  /// The streams that have a registered writer.
  [[nodiscard]] std::size_t writers() const { return writers_.size(); }

  [[nodiscard]] ownership owner() const { return owner_; }
  [[nodiscard]] result<claimed> claim(const claim_request& how);
  [[nodiscard]] result<void> release(std::uint64_t epoch);

private:
  [[nodiscard]] bool fences(writer_id writer) const {
    return owner_.epoch > 0 && !(owner_.owned && writer.epoch == owner_.epoch);
  }
  [[nodiscard]] version version_of(const stream_id& stream) const;

  partition_id id_;
  std::vector<recorded_event> log_;
  std::unordered_map<stream_id, std::vector<std::size_t>> streams_;
  std::unordered_map<stream_id, snapshot> snapshots_;
  writer_table writers_;
  ownership owner_;
};

}  // namespace acta::internal
