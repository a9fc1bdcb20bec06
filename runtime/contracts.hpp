// Event contracts: the journal remembers the schema of every event it was given to hold, and a
// program that sees one differently does not start (invariant 7).
#pragma once

#include "actors/model/aggregate_type.hpp"
#include "actors/ports/journal.hpp"

namespace acta {

/// Compares the published events of `type` with what `adapter` remembers; what is new is
/// remembered. Fails (damaged, naming the event and both schemas) if a published schema differs, or
/// the journal holds an event of this aggregate that `type` does not know. Blocking.
result<void> agree_on_contracts(journal& adapter, const aggregate_type& type);

}  // namespace acta
