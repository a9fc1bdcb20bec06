#include "runtime/codec/lock_file.hpp"

#include "runtime/codec/schema.hpp"

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

constexpr int format = 1;

error malformed(std::string why) { return {errc::malformed, std::move(why)}; }

result<void> read_event(const ordered_json& entry, contract_set& into) {
  const contract_key key{entry.at("aggregate"), entry.at("event"), entry.at("schema_version")};
  const auto& schema = entry.at("schema");
  if (entry.at("fingerprint") != std::to_string(fingerprint(schema)))
    return malformed("the schema of " + key.text() + " was edited: it has another fingerprint");
  if (!into.emplace(key, schema).second) return malformed(key.text() + " is there twice");
  return {};
}

}  // namespace

std::string write_lock_file(const contract_set& contracts) {
  auto events = ordered_json::array();
  for (const auto& [key, schema] : contracts)
    events.push_back({{"aggregate", key.aggregate},
                      {"event", key.event},
                      {"schema_version", key.schema_version},
                      {"fingerprint", std::to_string(fingerprint(schema))},
                      {"schema", schema}});
  return ordered_json{{"acta_schemas", format}, {"events", std::move(events)}}.dump(2) + "\n";
}

result<contract_set> read_lock_file(std::string_view text) {
  contract_set read;
  try {
    const auto file = ordered_json::parse(text);
    if (file.at("acta_schemas") != format) return malformed("it has a format of another version");
    for (const auto& entry : file.at("events"))
      if (auto one = read_event(entry, read); !one) return one.error();
  } catch (const ordered_json::exception& wrong) {
    return malformed(wrong.what());
  }
  return read;
}

}  // namespace acta::internal
