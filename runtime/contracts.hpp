// Event contracts: the journal remembers the schema of every event it was given to hold, and a
// program that sees one differently, or does not know one, does not start (invariant 7).
#pragma once

#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/ports/journal.hpp"

namespace acta {

/// Compares the published events of `type` with what `adapter` remembers; what is new is
/// remembered. Fails (contract_mismatch) as check_contracts() does, but looks at this aggregate
/// only. Blocking.
result<void> agree_on_contracts(journal& adapter, const aggregate_type& type);

/// Compares everything `adapter` remembers with `types`, which are all that a program hosts; writes
/// nothing. Fails (contract_mismatch) if a published schema differs, or the journal knows an event
/// or an aggregate that none of them does: names each, what has changed, and where in the log the
/// first of its kind is. Looks for that in the first million events only. Returns how many events
/// `adapter` remembers. Blocking.
result<std::size_t> check_contracts(journal& adapter,
                                    const std::vector<const aggregate_type*>& types);

}  // namespace acta
