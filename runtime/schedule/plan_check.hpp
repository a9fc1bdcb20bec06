// What is judged of a plan before a book hears of it, and made of it when it is due.
#pragma once

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/schedule/entry.hpp"
#include "runtime/schedule/timing.hpp"

namespace acta::internal {

/// Reads when a plan that was added at `since` is due. Fails (malformed) with what is wrong: the
/// field of the cron expression, the zone, or that not exactly one of `cron`, `every`, `at` is
/// given.
[[nodiscard]] result<timing> timing_of(const stored_plan& plan, timestamp since);

/// A command, and where it is in its type's list.
struct command_at {
  std::size_t index;
  any_value command;
};
/// Makes the command of a plan for a due time. Fails if `type` is retired or has no such command,
/// and if its arguments are not what the command takes. Calls users' code, within its guard.
[[nodiscard]] result<command_at> command_of(const aggregate_type& type, const stored_plan& plan,
                                            timestamp due, users_code* users);

}  // namespace acta::internal
