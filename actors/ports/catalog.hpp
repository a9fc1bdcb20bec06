// What a journal says of itself: which one it is, how it is divided, and what it remembers.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "actors/model/cursor.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

/// Properties and contracts are read and written before the actors start. These calls block, and
/// what they have written is durable when they return. They fail (damaged, storage) rather than
/// leave out what they cannot read, since what seems new is written again.
class catalog {
public:
  virtual ~catalog() = default;

  /// Which journal this is, and in which of its histories: for cursors. It does not change while
  /// the journal is open. Any thread.
  [[nodiscard]] virtual journal_identity identity() const = 0;

  /// All partitions, at least one. It does not change. Any thread.
  [[nodiscard]] virtual std::vector<partition_id> partitions() const = 0;
  /// Where the streams of a shard live. It does not change. Any thread.
  [[nodiscard]] virtual partition_id partition_of(std::size_t shard) const = 0;

  /// What a node notes in its journal, by name: the number of shards, an epoch.
  [[nodiscard]] virtual result<std::map<std::string, std::string>> properties() const = 0;
  virtual result<void> set_properties(const std::map<std::string, std::string>& changed) = 0;

  /// The schema of each kind of event that is stored, by event_contract::name. append() adds them.
  [[nodiscard]] virtual result<std::map<std::string, std::string>> contracts() const = 0;
  /// Forgets contracts, all of these or, if it fails, none.
  virtual result<void> remove_contracts(const std::vector<std::string>& names) = 0;
};

}  // namespace acta::internal
