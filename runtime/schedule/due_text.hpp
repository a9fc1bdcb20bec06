// The due time within a command: `${due}` and `${due:%Y-%m}` in its texts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"
#include "runtime/schedule/zone.hpp"

namespace acta::internal {

/// Writes a due time as command ids hold it: in UTC, with a fraction of a second only if it has
/// one, "2027-01-01T00:00:00Z".
[[nodiscard]] std::string to_due(timestamp due);

/// Replaces in every string of `arguments`, however deep, but in no member's name: `${due}` by the
/// due time as to_due() writes it, and `${due:FORMAT}` by the local time of `where`, with the
/// conversions %Y %y %m %d %e %H %I %M %S %p %j %u %w %a %A %b %B %G %V %F %T %R %z %Z %% of
/// strftime. Leaves every other `${...}` as it is. Fails (malformed, `arguments` and the path as
/// the field) on a format that is empty or has another conversion, and on a `${due` without its
/// end.
[[nodiscard]] result<nlohmann::json> with_due(nlohmann::json arguments, timestamp due,
                                              const zone& where);

}  // namespace acta::internal
