// Schedules as JSON: what HTTP and the command line ask of a node, and its answers.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/node.hpp"

namespace acta::internal {

enum class schedule_call { add, list, show, pause, resume, cancel, run_now };

/// Returns the call of that name, as a path or a command line has it; nothing if there is none.
[[nodiscard]] std::optional<schedule_call> schedule_call_of(std::string_view name);

/// Reads a plan: {"name", "cron" and "zone" or "every" or "at", "missed", "aggregate", "id",
/// "command", "arguments"}. Fails (malformed) with the member that is wrong, missing or not known.
[[nodiscard]] result<schedule_plan> plan_of(const nlohmann::json& from);

/// Writes what is known of a schedule: the members of its plan, `paused`, `under_way`, `over`,
/// `last` with the outcome, `next`, and `book` and `number`.
[[nodiscard]] nlohmann::ordered_json json_of(const schedule_status& known);

/// What is asked: of `add` the plan; of `list` behind which name, and how many at most; of the
/// others the name.
struct schedule_request {
  schedule_call call = schedule_call::list;
  std::string name = {};
  std::size_t most = 100;
  nlohmann::json plan = {};
};
using schedule_answer = std::function<void(result<nlohmann::ordered_json>)>;

/// Carries it out. `done` is called once, now or on a thread of the runtime.
void answer_schedules(node& to, const schedule_request& request, call_options how,
                      const schedule_answer& done);

}  // namespace acta::internal
