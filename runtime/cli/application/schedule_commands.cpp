// The command line of `schedule`.
#include "runtime/cli/application/checks.hpp"
#include "runtime/cli/application/implementation.hpp"
#include "runtime/schedule/entry.hpp"

namespace acta {

using namespace internal;

void application::implementation::add_schedule_commands() {
  auto* all = command("schedule",
                      "Adds, lists, pauses, resumes, cancels and runs schedules, of a running node "
                      "too",
                      {});
  all->require_subcommand(1, 1);
  all->callback([] {});
  const auto add = [&](const char* name, const char* help, bool named) {
    auto* made = all->add_subcommand(name, help);
    add_data_option(*made);
    made->add_flag("--json", scheduling_.as_json, "print the answer as JSON");
    if (named) {
      made->add_option("NAME", scheduling_.name, "of the schedule")->check(no_name)->required();
      made->add_option("--command-id", scheduling_.command_id,
                       "id by which a repeat of this call is recognised");
    }
    made->callback([this, name] {
      scheduling_.call = name;
      chosen_ = [this] { return schedule(data_, types_, scheduling_); };
    });
    return made;
  };
  auto* adding = add("add", "Has a command sent when it is due", true);
  auto* when = adding->add_option_group("when", "exactly one of:");
  when->add_option("--cron", scheduling_.cron,
                   "minute, hour, day-of-month, month and weekday, as in \"0 6 * * MON-FRI\"")
      ->check(no_name);
  when->add_option("--every", scheduling_.every, "an interval: 90s, 15m, 6h, 1d")->check(no_name);
  when->add_option("--at", scheduling_.at, "a time: 2027-01-01T00:00:00Z")->check(no_name);
  when->require_option(1);
  adding->add_option("--zone", scheduling_.zone, "of --cron, as Europe/Zurich; otherwise UTC")
      ->check(no_name);
  std::vector<std::string> policies;
  for (const auto& [policy, word] : missed_names) policies.emplace_back(word);
  adding
      ->add_option(
          "--missed", scheduling_.missed,
          "due times at which nothing ran: make up none (skip), the newest (once, which is "
          "the default), or each, 1000 at most")
      ->check(CLI::IsMember(policies));
  adding->add_option("TYPE", scheduling_.type, "of the aggregate")->check(no_name)->required();
  adding->add_option("ID", scheduling_.id, "of the aggregate")->check(no_name)->required();
  adding->add_option("COMMAND", scheduling_.command, "its name")->check(no_name)->required();
  adding
      ->add_option("JSON", scheduling_.arguments,
                   "its fields; ${due} and ${due:%Y-%m} in texts stand for the due time")
      ->capture_default_str();
  add("list", "Prints each schedule with its last outcome and its next three times", false);
  add("pause", "Leaves out the due times from now on", true);
  add("resume", "Goes on with those from now on", true);
  add("cancel", "Ends a schedule", true);
  add("run-now", "Sends the command now, beside its due times", true);
}

}  // namespace acta
