// The one way from a stored event to the state that follows: recovery, checks and reports take it.
#pragma once

#include <string>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/codec.hpp"

namespace acta::internal {

/// Applies `event` to `state`, an instance of what `type` describes. A retired event leaves the
/// state as it is. Fails (damaged) if `type` does not know the event, or the payload cannot be
/// read; (domain_failed, unavailable) if the domain threw, or found no memory. After a failure
/// `state` is of no use.
[[nodiscard]] inline result<void> replay_event(const aggregate_type& type,
                                               const recorded_event& event, const codec& with,
                                               void* state) {
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract)
    return error{errc::damaged, "schema version " + std::to_string(event.schema_version) +
                                    " of this event is not known here"};
  if (contract->retired()) return {};
  return with.decode(event.payload, [&](visitor& v) { return contract->load_and_apply(state, v); });
}

}  // namespace acta::internal
