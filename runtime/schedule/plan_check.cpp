#include "runtime/schedule/plan_check.hpp"

#include "actors/model/malformed.hpp"
#include "actors/model/shown_time.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/schedule/due_text.hpp"

namespace acta::internal {

namespace {

error in_arguments(error what) {
  if (what.code == errc::malformed && !what.field.starts_with("arguments"))
    what.field = what.field.empty() ? "arguments" : "arguments." + what.field;
  return what;
}

}  // namespace

result<timing> timing_of(const stored_plan& plan, timestamp since) {
  const int given =
      int{!plan.cron.empty()} + int{plan.every_seconds != 0} + int{plan.at.has_value()};
  if (given != 1) return malformed("cron", "a schedule has exactly one of cron, every and at");
  const auto where = zone::find(plan.zone);
  if (!where) return where.error();
  if (!plan.cron.empty()) {
    const auto when = cron::parse(plan.cron);
    if (!when) return when.error();
    return timing::by_cron(*when, *where);
  }
  if (plan.at) {
    if (!has_rfc3339(*plan.at)) return malformed("at", "must be within the years 0 to 9999");
    return timing::at(*plan.at);
  }
  const std::chrono::seconds every{plan.every_seconds};
  if (const auto read = interval_of(to_interval(every)); !read) return read.error();
  return timing::by_interval(since, every);
}

result<command_at> command_of(const aggregate_type& type, const stored_plan& plan, timestamp due,
                              users_code* users) {
  if (type.retired()) return error{errc::retired, type.name + " is retired"};
  const auto index = type.find_command(plan.command);
  if (!index)
    return error{errc::unknown_command, type.name + " has no command '" + plan.command + "'"};
  auto parsed = parse_json(plan.arguments);
  if (!parsed) return in_arguments(parsed.error());
  if (plan.fills_in_due) {
    const auto where = zone::find(plan.zone);
    if (!where) return where.error();
    parsed = with_due(*std::move(parsed), due, *where);
    if (!parsed) return parsed.error();
  }
  const users_code::call now{users, "the reading of", plan.command};
  auto command = command_from_json(type.commands[*index], *parsed);
  if (!command) return in_arguments(command.error());
  return command_at{*index, *std::move(command)};
}

}  // namespace acta::internal
