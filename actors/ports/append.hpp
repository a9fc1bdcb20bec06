// What is appended to a journal, and what becomes of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "actors/model/identifiers.hpp"
#include "actors/model/recorded_event.hpp"

namespace acta::internal {

/// The events of one command, for one stream: stored all or none.
struct append_request {
  stream_id stream;
  /// Its epoch is that of the claim under which the writer's shard is served: see partition.hpp.
  writer_id writer;
  version expected;  ///< The stream's version before these events.
  event_metadata metadata;
  std::vector<new_event> events;  ///< Not empty.
  partition_id partition{};       ///< Where the stream lives.
};

/// Shared, so that a batch is handed on without moving what is in it.
using append_ptr = std::shared_ptr<const append_request>;

enum class append_status : std::uint8_t {
  stored,         ///< Written and synced.
  wrong_version,  ///< Refused: the stream is at another version. Nothing of it is stored.
  stale_writer,   ///< Refused: a newer writer has registered. Nothing of it is stored.
  fenced,         ///< Refused: the partition is claimed under another epoch, or was released.
                  ///< Nothing of it is stored, and nothing of this epoch will be any more.
  read_only,      ///< Not tried: the journal takes no writes since one failed.
  unknown,        ///< The write or its sync failed: it may be found after reopening, or not.
};

struct append_result {
  append_status status = append_status::unknown;
  position first{};  ///< With `stored`: of the first event; the others follow without a gap.
};

/// One result for each append of a batch, at its place; and what the batch took.
struct append_results : std::vector<append_result> {
  append_results() = default;
  append_results(std::vector<append_result> each) : vector{std::move(each)} {}

  std::chrono::nanoseconds write{-1};  ///< Without the sync. Below 0: the journal does not say.
  std::chrono::nanoseconds sync{-1};
};

using append_done = std::function<void(append_results)>;

}  // namespace acta::internal
