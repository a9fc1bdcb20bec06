// Descriptions and events as JSON, for HTTP and the command line.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/model/set_aside.hpp"

namespace acta::internal {

/// One stored event, its payload written as its description says, or, if it is retired, as the
/// schema that is stored with it does. What JSON has no form for is in `unrepresentable`, by its
/// path in the payload: see json.hpp. Fails (damaged) if `type` does not know the event or cannot
/// read it.
result<nlohmann::ordered_json> event_json(const aggregate_type& type, const recorded_event& event);

/// A lost request, and something that is set aside, for an operator. Their reasons name files
/// without the paths to them: HTTP tells them to anybody.
nlohmann::ordered_json dead_letter_json(const dead_letter& letter);
nlohmann::ordered_json parked_json(const parked& aside);

/// What is hosted: commands, events, views, with their schemas; and the events of what is retired.
nlohmann::ordered_json describe_hosted(const std::vector<const aggregate_type*>& types);

}  // namespace acta::internal
