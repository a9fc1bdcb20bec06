#include "runtime/contracts/contract_set.hpp"

#include <algorithm>
#include <set>

#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/contracts/schema_difference.hpp"

namespace acta::internal {

namespace {

/// Nothing if both are the same.
std::string what_changed(const contract_key& event, const nlohmann::ordered_json& was,
                         const nlohmann::ordered_json& is) {
  std::string said;
  for (const auto& difference : schema_differences(was, is)) said += "\n  " + printable(difference);
  return said.empty() ? said : "the published event " + event.text() + " has changed:" + said;
}

std::set<std::string> aggregates_of(const contract_set& contracts) {
  std::set<std::string> names;
  for (const auto& [key, schema] : contracts) names.insert(key.aggregate);
  return names;
}

}  // namespace

std::string contract_key::text() const {
  return printable(event) + ", schema version " + std::to_string(schema_version) + ", of " +
         printable(aggregate);
}

std::string contract_key::path() const {
  return aggregate + "/" + event + "/" + std::to_string(schema_version);
}

bool is_retired(const contract_key& event, const std::vector<const aggregate_type*>& types) {
  return std::any_of(types.begin(), types.end(), [&event](const aggregate_type* type) {
    return type->name == event.aggregate && type->retires(event.event);
  });
}

result<contract_set> contracts_of(const aggregate_type& type) {
  contract_set all;
  for (const auto& event : type.events) {
    if (event.retired()) continue;
    auto schema = schema_of(*event.payload);
    contract_key key{type.name, event.name, event.schema_version};
    if (!schema)
      return error{
          schema.error().code,
          "the event " + key.text() + ": " +
              (schema.error().field.empty() ? "" : "its field '" + schema.error().field + "' ") +
              schema.error().detail};
    all.emplace(std::move(key), *std::move(schema));
  }
  return all;
}

result<contract_set> contracts_of(const std::vector<const aggregate_type*>& types) {
  contract_set all;
  for (const auto* type : types) {
    auto some = contracts_of(*type);
    if (!some) return some;
    all.merge(*some);
  }
  return all;
}

std::vector<objection> objections(const contract_set& published, const contract_set& ours) {
  std::vector<objection> all;
  const auto known = aggregates_of(ours);
  std::set<std::string> unknown;
  for (const auto& [key, schema] : published) {
    if (!known.contains(key.aggregate)) {
      // One sentence for the whole, not one for each of its events.
      if (unknown.insert(key.aggregate).second)
        all.push_back(
            {{key.aggregate, {}, 0},
             "the aggregate " + printable(key.aggregate) + " is not known to this program"});
    } else if (const auto here = ours.find(key); here == ours.end()) {
      all.push_back({key, "the published event " + key.text() + " is not known to this program"});
    } else if (auto changed = what_changed(key, schema, here->second); !changed.empty()) {
      all.push_back({key, std::move(changed)});
    }
  }
  return all;
}

}  // namespace acta::internal
