// Event contracts: with the first event of a kind the journal stores its schema, and a program that
// sees one differently, or does not know one, does not start (invariant 7).
#pragma once

#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "runtime/journal/adapter.hpp"

namespace acta::internal {

/// Compares the published events of `type` with what `adapter` remembers. Gives each its contract,
/// which is stored with the first event of its kind, and `type` the retired events that `adapter`
/// knows. Fails (contract_mismatch) as check_contracts() does, but looks at this aggregate only.
/// Writes nothing. Blocking.
result<void> agree_on_contracts(journal_adapter& adapter, aggregate_type& type);

/// Gives `type` the retired events that `adapter` remembers, for showing them. Blocking.
result<void> add_retired_events(const catalog& adapter, aggregate_type& type);

/// Compares everything `adapter` remembers with `types`, which are all that a program hosts or
/// retires; writes nothing. Fails (contract_mismatch) if a published schema differs, or the journal
/// knows an event or an aggregate that none of them does: names each, what has changed, and where
/// in the log the first of its kind is. Looks for that in the first million events only. Returns
/// how many events `adapter` remembers. Blocking.
result<std::size_t> check_contracts(journal_adapter& adapter,
                                    const std::vector<const aggregate_type*>& types);

/// Has `adapter` forget events that were never stored, which journals of earlier versions may
/// remember. Each is named in full, AGGREGATE/EVENT/VERSION, or by its event alone if that is no
/// more than one. Looks through the whole log; forgets all or, if it fails, none. Fails
/// (contract_mismatch) if an event of such a kind is stored, and says where; (not_found, malformed)
/// if a name means none or several. Returns their full names. Blocking.
result<std::vector<std::string>> forget_contracts(journal_adapter& adapter,
                                                  const std::vector<std::string>& names);

}  // namespace acta::internal
