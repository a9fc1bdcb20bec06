// Descriptions and events as JSON, for HTTP and the command line.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/set_aside.hpp"
#include "actors/ports/users_code.hpp"

namespace acta::internal {

/// One stored event, its payload written as its description says, or, if it is retired, as the
/// schema that is stored with it does. What JSON has no form for is in `unrepresentable`, by its
/// path in the payload: see json.hpp. Fails (damaged) if `type` does not know the event or cannot
/// read it; (domain_failed) if the event's constructor or inspect() throws; (unavailable) if there
/// is no memory for it.
result<nlohmann::ordered_json> event_json(const aggregate_type& type, const recorded_event& event);

/// An event at which event_json() failed: `problem` says why, in place of the payload.
nlohmann::ordered_json unshown_event_json(const recorded_event& event, const std::string& why);

/// A lost request, and something that is set aside, for an operator. Their reasons name files,
/// those in the directory `journal` too, without the paths to them: HTTP tells them to anybody.
nlohmann::ordered_json dead_letter_json(const dead_letter& letter,
                                        const std::filesystem::path& journal);
nlohmann::ordered_json parked_json(const parked& aside, const std::filesystem::path& journal);

/// What is hosted: commands, events, views, with their schemas; and the events of what is retired.
/// Calls users' constructors and inspect(), each type on the list `users` if there is one.
nlohmann::ordered_json describe_hosted(const std::vector<const aggregate_type*>& types,
                                       users_code* users = nullptr);

}  // namespace acta::internal
