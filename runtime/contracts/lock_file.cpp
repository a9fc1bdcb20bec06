#include "runtime/contracts/lock_file.hpp"

#include "runtime/codec/schema.hpp"

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

constexpr int format = 1;

error malformed(std::string why) { return {errc::malformed, std::move(why)}; }

/// Checks that `object`, which is called `name`, has a value of this kind as its `member`.
result<void> has(const ordered_json& object, const std::string& name, const char* member,
                 bool (ordered_json::*is_kind)() const noexcept, const char* kind) {
  if (!object.is_object()) return malformed(name + " is no object");
  const auto found = object.find(member);
  if (found == object.end()) return malformed(name + " has no \"" + member + '"');
  if (!((*found).*is_kind)()) return malformed(name + ": \"" + member + "\" is no " + kind);
  return {};
}

result<void> has_members(const ordered_json& entry, const std::string& name) {
  for (const auto* member : {"aggregate", "event", "fingerprint"})
    if (auto there = has(entry, name, member, &ordered_json::is_string, "text"); !there)
      return there;
  if (auto there = has(entry, name, "schema_version", &ordered_json::is_number_integer, "number");
      !there)
    return there;
  return entry.contains("schema") ? result<void>{} : malformed(name + " has no \"schema\"");
}

result<void> read_event(const ordered_json& entry, const std::string& name, contract_set& into) {
  if (auto whole = has_members(entry, name); !whole) return whole;
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
  const auto file = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (file.is_discarded()) return malformed("it is no JSON");
  constexpr auto it = "the lock file";
  if (auto there = has(file, it, "acta_schemas", &ordered_json::is_number_integer, "number");
      !there)
    return there.error();
  if (file.at("acta_schemas") != format) return malformed("it has a format of another version");
  if (auto there = has(file, it, "events", &ordered_json::is_array, "list"); !there)
    return there.error();
  contract_set read;
  for (std::size_t i = 0; i < file.at("events").size(); ++i)
    if (auto one = read_event(file.at("events")[i], "events[" + std::to_string(i) + "]", read);
        !one)
      return one.error();
  return read;
}

}  // namespace acta::internal
