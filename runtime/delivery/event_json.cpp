#include "runtime/delivery/event_json.hpp"

#include "actors/model/guard.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/codec/schema_copy.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/codec/trace_context.hpp"
#include "runtime/delivery/paths.hpp"

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

ordered_json schema_or_null(const value_type& type) {
  auto schema = schema_of(type);
  return schema.ok() ? *std::move(schema) : ordered_json(nullptr);
}

void add_if_said(ordered_json& to, const char* name, const std::string& value) {
  if (!value.empty()) to[name] = value;
}

ordered_json stored_schema(const event_contract& contract) {
  auto schema = ordered_json::parse(contract.schema, nullptr, false);
  return schema.is_discarded() ? ordered_json(nullptr) : schema;
}

/// JSON takes every value: where it was not written, it was inspect() that failed.
error of_domain(error what) {
  if (what.code == errc::malformed) what.code = errc::domain_failed;
  return what;
}

/// A payload as JSON, and what of it JSON has no form for.
struct shown {
  ordered_json payload;
  std::vector<std::string> unrepresentable;
};

/// By the schema that the journal stored with the first event of its kind.
result<shown> show_retired(const event_contract& contract, const recorded_event& event) {
  const auto schema = stored_schema(contract);
  shown made;
  const auto read = cbor_codec{}.decode(event.payload, [&](visitor& from) {
    auto written = to_json([&](visitor& to) { return copy_by_schema(schema, from, to); },
                           &made.unrepresentable);
    if (written) made.payload = *std::move(written);
    return written.ok();
  });
  return read ? result<shown>{std::move(made)} : read.error();
}

result<shown> show(const event_type& contract, const recorded_event& event) {
  if (contract.retired()) return show_retired(*contract.contract, event);
  const auto payload = guarded("an event's constructor",
                               [&]() -> result<any_value> { return any_value{*contract.payload}; });
  if (!payload) return payload.error();
  const auto visit = [&](visitor& v) { return payload->visit(v); };
  if (const auto read = cbor_codec{}.decode(event.payload, visit); !read) return read.error();
  shown made;
  auto written = to_json(visit, &made.unrepresentable);
  if (!written) return of_domain(written.error());
  made.payload = *std::move(written);
  return made;
}

/// A retired event has no type here: what is said of its schema is what the journal stored.
ordered_json schema_of_event(const event_type& event) {
  return event.retired() ? stored_schema(*event.contract) : schema_or_null(*event.payload);
}

ordered_json describe_events(const aggregate_type& type) {
  auto events = ordered_json::array();
  for (const auto& event : type.events) {
    const auto schema = schema_of_event(event);
    events.push_back({{"type", event.name},
                      {"schema_version", event.schema_version},
                      {"current", event.current()},
                      {"fingerprint", std::to_string(fingerprint(schema))},
                      {"schema", schema}});
    if (event.retired()) events.back()["retired"] = true;
  }
  return events;
}

ordered_json without_payload(const recorded_event& event) {
  ordered_json made{{"stream", event.stream.text()},
                    {"version", event.version.value},
                    {"position", std::to_string(event.position.partition) + "-" +
                                     std::to_string(event.position.offset)},
                    {"type", event.type},
                    {"schema_version", event.schema_version},
                    {"time", to_expanded_rfc3339(event.metadata.time)},
                    {"command_id", event.metadata.command_id}};
  add_if_said(made, "correlation_id", event.metadata.correlation_id);
  add_if_said(made, "causation_id", event.metadata.causation_id);
  add_if_said(made, "principal", event.metadata.principal);
  const auto trace = parts_of(event.metadata.trace_context);
  add_if_said(made, "trace_context", trace.parent);
  add_if_said(made, "trace_state", trace.state);
  return made;
}

}  // namespace

result<ordered_json> event_json(const aggregate_type& type, const recorded_event& event) {
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract)
    return error{errc::damaged, to_string(event.stream) + ": " + event.type +
                                    " of schema version " + std::to_string(event.schema_version) +
                                    " is not known here"};
  auto written = show(*contract, event);
  if (!written)
    return error{written.error().code, to_string(event.stream) + ": " + written.error().detail};
  auto made = without_payload(event);
  made["payload"] = std::move(written->payload);
  if (!written->unrepresentable.empty()) made["unrepresentable"] = written->unrepresentable;
  return made;
}

ordered_json unshown_event_json(const recorded_event& event, const std::string& why) {
  auto made = without_payload(event);
  made["problem"] = why;
  return made;
}

ordered_json dead_letter_json(const dead_letter& letter, const std::filesystem::path& journal) {
  ordered_json made{{"time", to_rfc3339(letter.at)},
                    {"stream", letter.stream.text()},
                    {"request", letter.request},
                    {"told", to_string(letter.told)},
                    {"reason", without_paths(letter.reason, journal)}};
  add_if_said(made, "command_id", letter.command_id);
  add_if_said(made, "trace_id", letter.trace_id);
  return made;
}

ordered_json parked_json(const parked& aside, const std::filesystem::path& journal) {
  ordered_json made{{"stream", aside.stream.text()},
                    {"failures", aside.failures},
                    {"until", to_rfc3339(aside.until)},
                    {"reason", without_paths(aside.reason, journal)}};
  add_if_said(made, "command", aside.command);
  add_if_said(made, "command_id", aside.command_id);
  return made;
}

ordered_json describe_hosted(const std::vector<const aggregate_type*>& types, users_code* users) {
  auto hosted = ordered_json::array();
  auto retired = ordered_json::array();
  for (const auto* type : types) {
    const users_code::call now{users, "the description of", type->name};
    if (type->retired()) {
      retired.push_back({{"aggregate", type->name}, {"events", describe_events(*type)}});
      continue;
    }
    auto commands = ordered_json::object();
    for (const auto& command : type->commands)
      commands[command.name] = schema_or_null(*command.payload);
    hosted.push_back({{"aggregate", type->name},
                      {"commands", std::move(commands)},
                      {"events", describe_events(*type)},
                      {"view", schema_or_null(*type->view)}});
  }
  return {{"hosted", std::move(hosted)}, {"retired", std::move(retired)}};
}

}  // namespace acta::internal
