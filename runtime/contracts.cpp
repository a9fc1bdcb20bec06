#include "runtime/contracts.hpp"

#include <algorithm>
#include <charconv>
#include <future>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/codec/contract_set.hpp"

namespace acta {

namespace {

constexpr std::string_view property_prefix = "schema/";
constexpr std::size_t page_events = 4096;
constexpr std::uint64_t most_events = 1'000'000;  // about a second; it is only to help

/// Properties are named `schema/<aggregate type>/<event>/<schema version>`.
std::string property_of(const contract_key& key) {
  return std::string{property_prefix} + key.aggregate + "/" + key.event + "/" +
         std::to_string(key.schema_version);
}

std::optional<contract_key> key_of(std::string_view property) {
  if (!property.starts_with(property_prefix)) return std::nullopt;
  property.remove_prefix(property_prefix.size());
  // An event's name may hold a slash; the other two do not.
  const auto first = property.find('/');
  const auto last = property.rfind('/');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  contract_key key{std::string{property.substr(0, first)},
                   std::string{property.substr(first + 1, last - first - 1)}};
  const auto number = property.substr(last + 1);
  const auto read =
      std::from_chars(number.data(), number.data() + number.size(), key.schema_version);
  if (read.ec != std::errc{}) return std::nullopt;
  return key;
}

result<contract_set> contracts_in(const journal& adapter) {
  const auto properties = adapter.properties();
  if (!properties) return properties.error();
  contract_set known;
  for (const auto& [property, schema] : *properties)
    if (auto key = key_of(property))
      known.emplace(*std::move(key), nlohmann::ordered_json::parse(schema, nullptr, false));
  return known;
}

bool is_about(const contract_key& key, const recorded_event& event) {
  if (key.aggregate != event.stream.type()) return false;
  return key.event.empty() ||
         (key.event == event.type && key.schema_version == event.schema_version);
}

result<event_page> read_page(journal& from, position at) {
  std::promise<result<event_page>> page;
  from.read_all(at, page_events, [&page](auto read) { page.set_value(std::move(read)); });
  return page.get_future().get();
}

std::string place_of(const recorded_event& event) {
  return "position " + std::to_string(event.position.offset) + " (" + to_string(event.stream) +
         ", version " + std::to_string(event.version.value) + ")";
}

/// Where the first event of each objection is, in the order of the objections; or why that is not
/// known.
std::vector<std::string> places_of(const std::vector<objection>& all, journal& adapter) {
  std::vector<std::string> places(all.size());
  std::string otherwise = "none was stored yet";
  for (position at{0, 1}; std::find(places.begin(), places.end(), "") != places.end();) {
    const auto page = read_page(adapter, at);
    if (!page) {
      otherwise = "cannot be found: " + page.error().detail;
      break;
    }
    for (const auto& event : page->events)
      for (std::size_t i = 0; i < all.size(); ++i)
        if (places[i].empty() && is_about(all[i].about, event)) places[i] = place_of(event);
    if (page->complete) break;
    at.offset += page->events.size();
    if (at.offset > most_events) {
      otherwise = "is not among the oldest " + std::to_string(most_events);
      break;
    }
  }
  std::replace(places.begin(), places.end(), std::string{}, otherwise);
  return places;
}

error refusal_of(const std::vector<objection>& all, journal& adapter) {
  const auto places = places_of(all, adapter);
  std::string said;
  for (std::size_t i = 0; i < all.size(); ++i)
    said += all[i].what + "\n  the first one in the journal: " + places[i] + "\n";
  return {errc::contract_mismatch, said + publish_instead};
}

}  // namespace

result<void> agree_on_contracts(journal& adapter, const aggregate_type& type) {
  const auto ours = contracts_of(type);
  if (!ours) return ours.error();
  auto known = contracts_in(adapter);
  if (!known) return known.error();
  std::erase_if(*known, [&type](const auto& one) { return one.first.aggregate != type.name; });
  const auto found = objections(*known, *ours);
  if (!found.empty() && !deliberate::commits("changed_contract_accepted"))
    return refusal_of(found, adapter);
  std::map<std::string, std::string> fresh;
  for (const auto& [key, schema] : *ours)
    if (!known->contains(key)) fresh.emplace(property_of(key), schema.dump());
  return fresh.empty() ? result<void>{} : adapter.set_properties(fresh);
}

result<std::size_t> check_contracts(journal& adapter,
                                    const std::vector<const aggregate_type*>& types) {
  const auto ours = contracts_of(types);
  if (!ours) return ours.error();
  const auto known = contracts_in(adapter);
  if (!known) return known.error();
  const auto found = objections(*known, *ours);
  if (!found.empty()) return refusal_of(found, adapter);
  return known->size();
}

}  // namespace acta
