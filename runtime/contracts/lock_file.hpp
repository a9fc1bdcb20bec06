// schemas.lock.json: the published events of a program, committed beside its domain, so that a
// change to one is seen in a review and fails a test.
//
//   {
//     "acta_schemas": 1,
//     "events": [
//       {
//         "aggregate": "bank.account",
//         "event": "bank.account.opened",
//         "schema_version": 1,
//         "fingerprint": "1234567890",
//         "schema": {"object": {"owner": "text"}}
//       }
//     ]
//   }
#pragma once

#include <string>
#include <string_view>

#include "runtime/contracts/contract_set.hpp"

namespace acta::internal {

/// Returns the file's text: the same for the same contracts, sorted, with a line for each value.
[[nodiscard]] std::string write_lock_file(const contract_set& contracts);

/// Reads such a text. Fails (malformed) if it is none, or if a schema does not fit its fingerprint:
/// then somebody has edited it.
result<contract_set> read_lock_file(std::string_view text);

}  // namespace acta::internal
