// Whether a snapshot says what the events say: invariant 9.
#pragma once

#include "actors/model/aggregate_type.hpp"
#include "actors/ports/journal.hpp"

namespace acta::internal {

/// Replays the stream, which lives in partition `in`, from its first event to the snapshot's
/// version and compares: state and window of commands. Fails (damaged) where they differ;
/// (domain_failed, unavailable) if the domain threw, or found no memory, so that nothing is known.
/// A snapshot of another layout is not looked at, since nobody would read it. `type` has its
/// state_fingerprint. Blocking.
result<void> check_snapshot(journal& from, partition_id in, const aggregate_type& type,
                            const stream_id& stream, const snapshot& kept);

}  // namespace acta::internal
