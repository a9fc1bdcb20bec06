#include "runtime/delivery/amqp/message_reader.hpp"

#include <algorithm>

#include "actors/base/utf8.hpp"
#include "actors/model/malformed.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "runtime/delivery/command_json.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_command_id_bytes = 255;

result<std::string> text_header(const amqp_message& message, const char* name) {
  const auto found = message.headers.find(name);
  if (found == message.headers.end()) return malformed(name, "there is no such header");
  if (!found->second) return malformed(name, "must be a text");
  return *found->second;
}

/// Others write "UTF-8" there, as Spring does; JSON is nothing else.
bool is_plain(std::string coding) {
  for (auto& c : coding)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return coding.empty() || coding == "utf-8" || coding == "utf8" || coding == "identity";
}

result<void> check_properties(const amqp_message& message) {
  const auto& id = message.message_id;
  if (id.empty()) return malformed("message_id", "there is none: a repeat could not be recognised");
  if (id.size() > most_command_id_bytes) return malformed("message_id", "has more than 255 bytes");
  if (!is_utf8(id)) return malformed("message_id", "is not UTF-8");
  if (!is_utf8(message.correlation_id)) return malformed("correlation_id", "is not UTF-8");
  if (!is_plain(message.content_encoding))
    return malformed("content_encoding", "a body is taken as it is, without a coding");
  if (message.body_bytes > most_body_bytes)
    return malformed("body", "has " + std::to_string(message.body_bytes) +
                                 " bytes, and at most 1048576 are taken");
  return {};
}

timestamp earliest(std::uint64_t seconds, timestamp now) {
  const auto past = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (seconds > static_cast<std::uint64_t>(std::max<std::int64_t>(past, 0))) return whole_history;
  return timestamp{std::chrono::seconds{seconds}} - clocks_differ_at_most;
}

}  // namespace

std::string header_of(const amqp_message& message, const char* name, const char* no_text) {
  const auto header = message.headers.find(name);
  return header == message.headers.end() ? std::string{} : header->second.value_or(no_text);
}

std::string trace_header(const amqp_message& message, const char* name) {
  return header_of(message, name, "no text");
}

result<message_target> target_of(const amqp_message& message, const type_lookup& find) {
  if (auto good = check_properties(message); !good) return good.error();
  const auto name = text_header(message, "acta-aggregate");
  if (!name) return name.error();
  auto id = text_header(message, "acta-id");
  if (!id) return id.error();
  const auto command = text_header(message, "acta-command");
  if (!command) return command.error();
  const auto* type = find(*name);
  if (!type) return error{errc::unknown_aggregate, "'" + *name + "' is not hosted here"};
  if (auto good = check_id(*id, "acta-id"); !good) return good.error();
  if (type->retired())
    return error{errc::retired, type->name + " is retired: only its events can be read"};
  const auto index = type->find_command(*command);
  if (!index)
    return error{errc::unknown_command, type->name + " has no command '" + *command + "'"};
  return message_target{type, *std::move(id), *index};
}

result<any_value> command_of(const amqp_message& message, const message_target& target,
                             users_code* users) {
  return command_from_json(target.type->commands[target.command], message.body, users);
}

error about_message(error of_call) {
  if (of_call.code != errc::malformed) return of_call;
  if (of_call.field == "command_id") of_call.field = "message_id";
  if (of_call.field == "principal") of_call.field = "user_id";
  if (of_call.field == "id") of_call.field = "acta-id";
  return of_call;
}

call_options options_of(const amqp_message& message, timestamp now) {
  call_options how;
  how.command_id = message.message_id;
  how.correlation_id = message.correlation_id;
  how.principal = "amqp:" + message.user_id;
  how.trace_context = trace_header(message, "traceparent");
  how.trace_state = trace_header(message, "tracestate");
  if (message.redelivered && !deliberate::commits("redelivered_as_new"))
    how.repeats_since = message.timestamp_s ? earliest(*message.timestamp_s, now) : whole_history;
  return how;
}

}  // namespace acta::internal
