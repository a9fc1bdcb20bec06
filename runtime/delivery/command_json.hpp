// A command as JSON, as every way in takes it.
#pragma once

#include <string>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

class users_code;

/// Names the body as the place of an error that names none.
[[nodiscard]] error in_body(error what);

/// Reads a command of this type from `body`; an empty body is an empty object. Fails (malformed,
/// with the path within the body as `field`, or `body`) if it does not fit its description, and
/// with domain_failed if the domain's code throws. `users` may be null.
[[nodiscard]] result<any_value> command_from_json(const command_type& type, const std::string& body,
                                                  users_code* users);

}  // namespace acta::internal
