// What a journal holds beside its events: the schema that each kind of them was published with.
#pragma once

#include <atomic>
#include <string>
#include <utility>

namespace acta {

/// The schema of one event in one version, as one journal holds it. It is stored with the first
/// event of its kind, in the same write: a crash leaves both or neither. Any thread.
struct event_contract {
  std::string name;    ///< AGGREGATE/EVENT/VERSION: names it among the journal's contracts.
  std::string schema;  ///< JSON, as schema_of() returns it.
  /// The journal holds it, durably. An adapter sets it once, after the write.
  mutable std::atomic<bool> stored{false};

  event_contract(std::string of, std::string text, bool is_stored)
      : name{std::move(of)}, schema{std::move(text)}, stored{is_stored} {}
};

}  // namespace acta
