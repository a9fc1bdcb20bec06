#include "runtime/delivery/event_json.hpp"

#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/codec/trace_context.hpp"

namespace acta {

namespace {

using nlohmann::ordered_json;

ordered_json schema_or_null(const value_type& type) {
  auto schema = schema_of(type);
  return schema.ok() ? *std::move(schema) : ordered_json(nullptr);
}

void add_if_said(ordered_json& to, const char* name, const std::string& value) {
  if (!value.empty()) to[name] = value;
}

}  // namespace

result<ordered_json> event_json(const aggregate_type& type, const recorded_event& event) {
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract)
    return error{errc::damaged, to_string(event.stream) + ": " + event.type +
                                    " of schema version " + std::to_string(event.schema_version) +
                                    " is not known here"};
  const any_value payload{*contract->payload};
  const auto read =
      cbor_codec{}.decode(event.payload, [&](visitor& v) { return payload.visit(v); });
  if (!read) return error{errc::damaged, to_string(event.stream) + ": " + read.error().detail};
  auto written = to_json([&](visitor& v) { return payload.visit(v); });
  if (!written) return written.error();
  ordered_json made{{"stream", event.stream.text()},
                    {"version", event.version.value},
                    {"position", std::to_string(event.position.partition) + "-" +
                                     std::to_string(event.position.offset)},
                    {"type", event.type},
                    {"schema_version", event.schema_version},
                    {"time", to_rfc3339(event.metadata.time)},
                    {"command_id", event.metadata.command_id}};
  add_if_said(made, "correlation_id", event.metadata.correlation_id);
  add_if_said(made, "causation_id", event.metadata.causation_id);
  add_if_said(made, "principal", event.metadata.principal);
  const auto trace = parts_of(event.metadata.trace_context);
  add_if_said(made, "trace_context", trace.parent);
  add_if_said(made, "trace_state", trace.state);
  made["payload"] = *std::move(written);
  return made;
}

ordered_json dead_letter_json(const dead_letter& letter) {
  ordered_json made{{"time", to_rfc3339(letter.at)},
                    {"stream", letter.stream.text()},
                    {"request", letter.request},
                    {"told", to_string(letter.told)},
                    {"reason", letter.reason}};
  add_if_said(made, "command_id", letter.command_id);
  return made;
}

ordered_json parked_json(const parked& aside) {
  ordered_json made{{"stream", aside.stream.text()},
                    {"failures", aside.failures},
                    {"until", to_rfc3339(aside.until)},
                    {"reason", aside.reason}};
  add_if_said(made, "command", aside.command);
  add_if_said(made, "command_id", aside.command_id);
  return made;
}

ordered_json describe_hosted(const std::vector<const aggregate_type*>& types) {
  auto all = ordered_json::array();
  for (const auto* type : types) {
    auto commands = ordered_json::object();
    for (const auto& command : type->commands)
      commands[command.name] = schema_or_null(*command.payload);
    auto events = ordered_json::array();
    for (const auto& event : type->events) {
      const auto schema = schema_or_null(*event.payload);
      events.push_back({{"type", event.name},
                        {"schema_version", event.schema_version},
                        {"current", event.current()},
                        {"fingerprint", std::to_string(fingerprint(schema))},
                        {"schema", schema}});
    }
    all.push_back({{"aggregate", type->name},
                   {"commands", std::move(commands)},
                   {"events", std::move(events)},
                   {"view", schema_or_null(*type->view)}});
  }
  return {{"hosted", std::move(all)}};
}

}  // namespace acta
