// Every aggregate of a journal, rebuilt from its first event: what `verify` does.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/codec.hpp"

namespace acta::internal {

/// One aggregate at whose event the domain throws is not replayed further; its events are counted
/// on, and the reason is kept. One thread.
class replayer {
public:
  /// `types` have the retired events that the journal knows.
  explicit replayer(std::vector<aggregate_type> types) : types_{std::move(types)} {}

  /// Takes the next event of the journal. Throws command_error if it cannot be what was stored.
  void apply(const recorded_event& event);
  /// Keeps the first.
  void note_domain_failure(const std::string& what) {
    if (domain_failure_.empty()) domain_failure_ = what;
  }
  /// Empty: none.
  [[nodiscard]] const std::string& domain_failure() const { return domain_failure_; }
  [[nodiscard]] std::size_t streams() const { return streams_.size(); }
  [[nodiscard]] std::uint64_t retired() const { return retired_; }
  /// Events with values that JSON has no form for.
  [[nodiscard]] std::uint64_t unrepresentable() const { return unrepresentable_; }

private:
  struct aggregate {
    any_value state;
    version last;
    bool domain_failed = false;
  };
  void show_retired(const aggregate_type& type, const recorded_event& event);
  void replay(const aggregate_type& type, const recorded_event& event, aggregate& one);

  const std::vector<aggregate_type> types_;
  std::unordered_map<stream_id, aggregate> streams_;
  std::uint64_t retired_ = 0;
  std::uint64_t unrepresentable_ = 0;
  std::string domain_failure_;
};

}  // namespace acta::internal
