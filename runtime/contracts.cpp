#include "runtime/contracts.hpp"

#include "runtime/codec/schema.hpp"

namespace acta {

namespace {

/// Properties are named `schema/<aggregate type>/<event>/<schema version>`.
std::string prefix_of(const aggregate_type& type) { return "schema/" + type.name + "/"; }

std::string name_of(const aggregate_type& type, const event_type& event) {
  return prefix_of(type) + event.name + "/" + std::to_string(event.schema_version);
}

result<void> every_known_event_is_here(const std::map<std::string, std::string>& known,
                                       const std::map<std::string, std::string>& ours,
                                       const std::string& prefix) {
  for (auto i = known.lower_bound(prefix); i != known.end() && i->first.starts_with(prefix); ++i) {
    const auto here = ours.find(i->first);
    if (here == ours.end())
      return error{errc::damaged, "the journal knows the event " + i->first.substr(prefix.size()) +
                                      ", this program does not"};
    if (here->second != i->second)
      return error{errc::damaged, "the published event " + i->first.substr(prefix.size()) +
                                      " has changed.\n  journal: " + i->second +
                                      "\n  program: " + here->second +
                                      "\nPublish a new schema version and an upcaster instead."};
  }
  return {};
}

}  // namespace

result<void> agree_on_contracts(journal& adapter, const aggregate_type& type) {
  std::map<std::string, std::string> ours;
  for (const auto& event : type.events) {
    auto schema = schema_of(*event.payload);
    if (!schema) return schema.error();
    ours.emplace(name_of(type, event), schema->dump());
  }
  const auto known = adapter.properties();
  if (auto agreed = every_known_event_is_here(known, ours, prefix_of(type)); !agreed) return agreed;
  std::erase_if(ours, [&known](const auto& one) { return known.contains(one.first); });
  return ours.empty() ? result<void>{} : adapter.set_properties(ours);
}

}  // namespace acta
