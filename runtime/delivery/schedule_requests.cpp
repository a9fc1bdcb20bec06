#include "runtime/delivery/schedule_requests.hpp"

#include <algorithm>
#include <array>

#include "actors/model/malformed.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/schedule/due_text.hpp"
#include "runtime/schedule/timing.hpp"

namespace acta::internal {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, schedule_call>, 7> calls{
    {{"add", schedule_call::add},
     {"list", schedule_call::list},
     {"show", schedule_call::show},
     {"pause", schedule_call::pause},
     {"resume", schedule_call::resume},
     {"cancel", schedule_call::cancel},
     {"run-now", schedule_call::run_now}}};

std::string_view name_of(missed_times policy) {
  for (const auto& [known, name] : missed_names)
    if (known == policy) return name;
  return "";
}

result<void> read_text(const json& from, const char* name, std::string& into, bool required) {
  const auto found = from.find(name);
  if (found == from.end())
    return required ? result<void>{malformed(name, "is missing")} : result<void>{};
  if (!found->is_string()) return malformed(name, "must be a text");
  into = found->get<std::string>();
  return {};
}

result<void> read_timing(const json& from, schedule_plan& into) {
  std::string every;
  std::string at;
  std::string missed;
  for (const auto& [name, text] :
       {std::pair{"cron", &into.cron}, std::pair{"zone", &into.zone}, std::pair{"every", &every},
        std::pair{"at", &at}, std::pair{"missed", &missed}})
    if (auto read = read_text(from, name, *text, false); !read) return read;
  if (from.contains("zone") && !from.contains("cron"))
    return malformed("zone", "belongs to cron: every and at need none");
  if (from.contains("every")) {
    const auto length = interval_of(every);
    if (!length) return length.error();
    into.every = *length;
  }
  if (from.contains("at")) {
    into.at = from_rfc3339(at);
    if (!into.at)
      return malformed("at", "'" + at + "' is no RFC 3339 time within the years 0 to 9999");
  }
  if (!from.contains("missed")) return {};
  for (const auto& [policy, name] : missed_names)
    if (name == missed) {
      into.missed = policy;
      return {};
    }
  return malformed("missed", "must be skip, once or each");
}

ordered_json json_of(const settlement& came) {
  ordered_json made{{"due", to_due(came.due)}, {"outcome", came.outcome}};
  if (!came.detail.empty()) made["detail"] = came.detail;
  if (came.passed_over_from) made["passed_over_from"] = to_due(*came.passed_over_from);
  if (came.made_up) made["made_up"] = true;
  return made;
}

template <class T>
std::function<void(result<T>)> answered(const schedule_answer& done,
                                        std::function<ordered_json(const T&)> written) {
  return [done, written = std::move(written)](const result<T>& answer) {
    if (!answer) return done(answer.error());
    done(written(*answer));
  };
}

}  // namespace

std::optional<schedule_call> schedule_call_of(std::string_view name) {
  for (const auto& [known, call] : calls)
    if (known == name) return call;
  return std::nullopt;
}

result<schedule_plan> plan_of(const json& from) {
  constexpr std::array<std::string_view, 10> members{
      "name", "cron", "zone", "every", "at", "missed", "aggregate", "id", "command", "arguments"};
  if (!from.is_object()) return malformed("body", "must be an object");
  for (const auto& [name, value] : from.items())
    if (std::find(members.begin(), members.end(), name) == members.end())
      return malformed(name, "is not known");
  schedule_plan made;
  for (const auto& [name, text] :
       {std::pair{"name", &made.name}, std::pair{"aggregate", &made.aggregate},
        std::pair{"id", &made.id}, std::pair{"command", &made.command}})
    if (auto read = read_text(from, name, *text, true); !read) return read.error();
  if (auto read = read_timing(from, made); !read) return read.error();
  if (from.contains("arguments")) made.arguments = from["arguments"].dump();
  return made;
}

ordered_json json_of(const schedule_status& known) {
  const auto& plan = known.entry.plan;
  ordered_json made{{"name", plan.name}};
  if (!plan.cron.empty()) {
    made["cron"] = plan.cron;
    made["zone"] = plan.zone;
  }
  if (plan.every_seconds != 0)
    made["every"] = to_interval(std::chrono::seconds{plan.every_seconds});
  if (plan.at) made["at"] = to_due(*plan.at);
  made["missed"] = name_of(plan.missed);
  made["aggregate"] = plan.aggregate;
  made["id"] = plan.id;
  made["command"] = plan.command;
  // It was JSON when it was added.
  made["arguments"] = ordered_json::parse(plan.arguments, nullptr, false);
  made["paused"] = known.entry.paused;
  made["under_way"] = known.under_way;
  made["over"] = known.over;
  made["last"] = known.entry.newest ? json_of(*known.entry.newest) : ordered_json{};
  made["next"] = ordered_json::array();
  for (const auto due : known.next) made["next"].push_back(to_due(due));
  if (!known.problem.empty()) made["problem"] = known.problem;
  made["book"] = known.book;
  made["number"] = known.entry.number;
  return made;
}

void answer_schedules(node& to, const schedule_request& request, call_options how,
                      const schedule_answer& done) {
  auto& all = to.schedules();
  const auto changed = answered<receipt>(done, [name = request.name](const receipt& answer) {
    return ordered_json{{"name", name}, {"repeated", answer.repeated}};
  });
  switch (request.call) {
    case schedule_call::add: {
      const auto plan = plan_of(request.plan);
      if (!plan) return done(plan.error());
      return all.add(*plan, std::move(how),
                     answered<schedule_receipt>(done, [name = plan->name](const auto& answer) {
                       return ordered_json{{"name", name},
                                           {"book", answer.book},
                                           {"number", answer.number},
                                           {"repeated", answer.repeated}};
                     }));
    }
    case schedule_call::list:
      return all.list(request.name, request.most,
                      answered<std::vector<schedule_status>>(done, [](const auto& found) {
                        auto list = ordered_json::array();
                        for (const auto& one : found) list.push_back(json_of(one));
                        return ordered_json{{"schedules", std::move(list)}};
                      }));
    case schedule_call::show:
      return all.find(request.name, answered<schedule_status>(
                                        done, [](const auto& found) { return json_of(found); }));
    case schedule_call::pause: return all.pause(request.name, std::move(how), changed);
    case schedule_call::resume: return all.resume(request.name, std::move(how), changed);
    case schedule_call::cancel: return all.cancel(request.name, std::move(how), changed);
    case schedule_call::run_now:
      return all.run_now(request.name, std::move(how),
                         answered<receipt>(done, [name = request.name](const receipt& answer) {
                           return ordered_json{{"name", name},
                                               {"version", answer.version.value},
                                               {"events", answer.events},
                                               {"repeated", answer.repeated}};
                         }));
  }
}

}  // namespace acta::internal
