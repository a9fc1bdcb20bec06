// The event contracts of a program, a lock file or a journal, and how two of them differ. An event
// that was published never changes (invariant 7); here that is a comparison of values.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

/// Names a published event for ever.
struct contract_key {
  std::string aggregate;
  std::string event;
  int schema_version = 1;

  auto operator<=>(const contract_key&) const = default;
  /// Returns it for a person: "bank.account.opened, schema version 1, of bank.account".
  [[nodiscard]] std::string text() const;
  /// Returns it for a command line: "bank.account/bank.account.opened/1".
  [[nodiscard]] std::string path() const;
};

/// Published events and their schemas, in a stable order.
using contract_set = std::map<contract_key, nlohmann::ordered_json>;

/// Returns every event of `type`, in all its versions, but for retired ones. Fails (malformed) as
/// schema_of() does.
result<contract_set> contracts_of(const aggregate_type& type);
result<contract_set> contracts_of(const std::vector<const aggregate_type*>& types);

/// Whether one of `types` keeps this event only to show it.
[[nodiscard]] bool is_retired(const contract_key& event,
                              const std::vector<const aggregate_type*>& types);

/// What is wrong with one published event, in sentences for a person.
struct objection {
  contract_key about;  ///< `event` is empty if it is about the whole aggregate.
  std::string what;
};

/// Returns how `ours` breaks what was `published`: events that changed, and in what; events and
/// aggregates that are unknown here. That `ours` has more is no objection.
[[nodiscard]] std::vector<objection> objections(const contract_set& published,
                                                const contract_set& ours);

/// What to do about an objection, the same wherever it is found.
inline constexpr const char* publish_instead =
    "A published event never changes or goes away: publish a new schema version and an upcaster, "
    "or\n"
    "retire it. If it is only unknown here: this program may be older than the journal, or not "
    "the\n"
    "journal's.";

}  // namespace acta::internal
