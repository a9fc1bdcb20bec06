// schedule: asks the node that runs, or, if none does, opens the journal itself.
#include <future>
#include <iomanip>
#include <iostream>

#include "runtime/cli/commands.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/delivery/schedule_requests.hpp"
#include "runtime/node.hpp"
#include "runtime/schedule/book.hpp"

namespace acta {

using namespace internal;

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// schedule {"call": ..., "name": ..., "plan": ..., "command_id": ...}, answered by ok JSON, or by
// what went wrong.
constexpr std::string_view asked_for = "schedule ";
constexpr std::string_view went_well = "ok ";
constexpr std::size_t page = 100;

std::string said(const error& why) {
  auto text = why.field.empty() ? why.detail : why.field + ": " + why.detail;
  if (!why.refusal_code.empty()) text = why.refusal_code + ": " + text;
  return text;
}

/// Blocking. A text as the control socket sends it.
std::string carried_out(node& here, const json& asked) {
  schedule_request request;
  const auto call = schedule_call_of(asked.value("call", ""));
  if (!call) return "the node does not understand what it was asked";
  request.call = *call;
  request.name = asked.value("name", "");
  request.most = page;
  request.plan = asked.value("plan", json{});
  call_options how;
  how.command_id = asked.value("command_id", "");
  auto told = std::make_shared<std::promise<std::string>>();
  auto answer = told->get_future();
  answer_schedules(here, request, std::move(how), [told](const result<ordered_json>& made) {
    constexpr auto replace = ordered_json::error_handler_t::replace;
    told->set_value(made ? std::string{went_well} + made->dump(-1, ' ', false, replace)
                         : said(made.error()));
  });
  return answer.get();
}

/// The node that is asked: one that serves the journal, or one of our own.
class asked_node {
public:
  asked_node(std::filesystem::path data, const std::vector<aggregate_type>& types)
      : data_{std::move(data)}, types_{types} {}

  ordered_json ask(const json& request) {
    const auto text = own_ ? carried_out(*own_, request) : ask_serving(request);
    if (!text.starts_with(went_well)) throw command_error{text};
    return ordered_json::parse(text.substr(went_well.size()));
  }

private:
  std::string ask_serving(const json& request) {
    constexpr auto replace = json::error_handler_t::replace;
    const auto answer =
        ask_control(data_, std::string{asked_for} + request.dump(-1, ' ', false, replace));
    if (!answer) throw command_error{answer.error()};
    if (*answer) return **answer;
    // A journal that began here would be one that no service serves.
    if (!std::filesystem::exists(data_ / "CURRENT"))
      throw command_error{"there is no journal in " + data_.string() +
                          ": start the service first, or name its directory with --data"};
    auto how = embedded(data_);
    how.tell = note_on_standard_error;
    own_ = std::make_unique<node>(how);
    for (const auto& type : types_) own_->host(type);
    own_->require_all_hosted();
    return carried_out(*own_, request);
  }

  const std::filesystem::path data_;
  const std::vector<aggregate_type>& types_;
  std::unique_ptr<node> own_;
};

json plan_of(const schedule_command& what) {
  json plan{
      {"name", what.name}, {"aggregate", what.type}, {"id", what.id}, {"command", what.command}};
  for (const auto& [name, text] : {std::pair{"cron", &what.cron}, std::pair{"zone", &what.zone},
                                   std::pair{"every", &what.every}, std::pair{"at", &what.at},
                                   std::pair{"missed", &what.missed}})
    if (!text->empty()) plan[name] = *text;
  const auto arguments = parse_json(what.arguments);
  if (!arguments) throw command_error{"JSON: " + arguments.error().detail};
  plan["arguments"] = *arguments;
  return plan;
}

std::string timing_text(const ordered_json& one) {
  if (one.contains("cron"))
    return one["cron"].get<std::string>() + " " + one["zone"].get<std::string>();
  if (one.contains("every")) return "every " + one["every"].get<std::string>();
  return "at " + one.value("at", "");
}

void print(const ordered_json& one) {
  const auto text = [&one](const char* name) { return printable(one.value(name, "")); };
  std::cout << text("name") << "  " << printable(timing_text(one)) << "  " << text("aggregate")
            << "/" << text("id") << "  " << text("command") << " "
            << printable(one["arguments"].dump()) << '\n';
  if (one.contains("problem")) std::cout << "  never due: " << text("problem") << '\n';
  if (one.value("paused", false)) std::cout << "  paused\n";
  if (one.value("over", false)) std::cout << "  over\n";
  std::cout << "  missed: " << text("missed") << "; number "
            << one.value("number", std::uint64_t{0}) << " of " << schedule_type << "/"
            << one.value("book", std::uint64_t{0}) << '\n';
  if (const auto& last = one["last"]; last.is_object()) {
    std::cout << "  last: " << last.value("due", "") << " " << printable(last.value("outcome", ""));
    if (last.contains("detail")) std::cout << ", " << printable(last.value("detail", ""));
    if (last.contains("passed_over_from"))
      std::cout << "; passed over those from " << last.value("passed_over_from", "");
    std::cout << '\n';
  }
  if (!one["next"].empty()) {
    std::cout << "  next:";
    for (const auto& due : one["next"]) std::cout << " " << due.get<std::string>();
    std::cout << '\n';
  }
}

int list(asked_node& here, bool as_json) {
  auto all = ordered_json::array();
  for (std::string after;;) {
    const auto answer = here.ask({{"call", "list"}, {"name", after}});
    const auto& found = answer["schedules"];
    for (const auto& one : found) as_json ? all.push_back(one) : print(one);
    if (found.size() < page) break;
    after = found.back()["name"].get<std::string>();
  }
  if (as_json) std::cout << printable(ordered_json{{"schedules", all}}.dump()) << '\n';
  return 0;
}

}  // namespace

int schedule(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
             const schedule_command& what) {
  asked_node here{data, types};
  if (what.call == "list") return list(here, what.as_json);
  json request{{"call", what.call}, {"name", what.name}, {"command_id", what.command_id}};
  if (what.call == "add") request["plan"] = plan_of(what);
  const auto answer = here.ask(request);
  if (what.as_json) {
    std::cout << printable(answer.dump()) << '\n';
    return 0;
  }
  constexpr std::pair<const char*, const char*> done[] = {{"add", "added"},
                                                          {"pause", "paused"},
                                                          {"resume", "resumed"},
                                                          {"cancel", "cancelled"},
                                                          {"run-now", "ran"}};
  for (const auto& [call, text] : done)
    if (what.call == call) std::cout << text << " " << printable(what.name) << '\n';
  return 0;
}

std::optional<std::string> answer_schedule_control(node& running, const std::string& request) {
  if (!request.starts_with(asked_for)) return std::nullopt;
  const auto asked = json::parse(request.substr(asked_for.size()), nullptr, false);
  if (!asked.is_object()) return "the node does not understand what it was asked";
  return carried_out(running, asked);
}

}  // namespace acta
