#include "runtime/contracts/stored_contracts.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/contracts/contract_set.hpp"
#include "runtime/journal/read_page.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t page_events = 4096;
constexpr std::uint64_t most_events = 1'000'000;  // about a second; it is only to help

/// Contracts are named as contract_key::path() does.
std::optional<contract_key> key_of(std::string_view name) {
  // An event's name may hold a slash; the other two do not.
  const auto first = name.find('/');
  const auto last = name.rfind('/');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  contract_key key{std::string{name.substr(0, first)},
                   std::string{name.substr(first + 1, last - first - 1)}};
  const auto number = name.substr(last + 1);
  const auto read =
      std::from_chars(number.data(), number.data() + number.size(), key.schema_version);
  if (read.ec != std::errc{}) return std::nullopt;
  return key;
}

/// What a journal remembers, as it is written there.
using schema_texts = std::map<contract_key, std::string>;

result<schema_texts> texts_in(const catalog& adapter) {
  const auto contracts = adapter.contracts();
  if (!contracts) return contracts.error();
  schema_texts known;
  for (const auto& [name, schema] : *contracts)
    if (auto key = key_of(name)) known.emplace(*std::move(key), schema);
  return known;
}

/// Those events among `texts` that `types` do not retire.
contract_set living(const schema_texts& texts, const std::vector<const aggregate_type*>& types) {
  contract_set all;
  for (const auto& [key, schema] : texts)
    if (!is_retired(key, types))
      all.emplace(key, nlohmann::ordered_json::parse(schema, nullptr, false));
  return all;
}

bool is_about(const contract_key& key, const recorded_event& event) {
  if (key.aggregate != event.stream.type()) return false;
  return key.event.empty() ||
         (key.event == event.type && key.schema_version == event.schema_version);
}

std::string place_of(const recorded_event& event) {
  return "position " + std::to_string(event.position.offset) + " (" +
         printable(to_string(event.stream)) + ", version " + std::to_string(event.version.value) +
         ")";
}

/// Where the first event of each kind is, in the order of the kinds.
struct first_events {
  std::vector<std::string> places;  ///< Empty: none was found.
  std::string otherwise;            ///< Why not.
  bool whole_log = true;            ///< What was not found is nowhere in the log.
};

/// Looks for those that are not found yet among the oldest `most` events of a partition.
void look_through(partition_id partition, const std::vector<contract_key>& kinds,
                  journal_adapter& adapter, std::uint64_t most, first_events& found) {
  auto& places = found.places;
  for (position at{partition, 1}; std::find(places.begin(), places.end(), "") != places.end();) {
    const auto page = read_page(adapter, at, page_events);
    if (!page) {
      found.otherwise = "cannot be found: " + printable(page.error().detail);
      found.whole_log = false;
      return;
    }
    for (const auto& event : page->events)
      for (std::size_t i = 0; i < kinds.size(); ++i)
        if (places[i].empty() && is_about(kinds[i], event)) places[i] = place_of(event);
    if (page->complete) return;
    at.offset += page->events.size();
    if (at.offset > most) {
      found.otherwise = "is not among the oldest " + std::to_string(most);
      found.whole_log = false;
      return;
    }
  }
}

/// Looks for them among the oldest `most` events of each partition.
first_events first_of(const std::vector<contract_key>& kinds, journal_adapter& adapter,
                      std::uint64_t most) {
  first_events found{std::vector<std::string>(kinds.size()), "none was stored yet"};
  for (const auto partition : adapter.partitions())
    look_through(partition, kinds, adapter, most, found);
  return found;
}

/// How a person has the journal forget it, should none have been stored.
std::string how_to_forget(const contract_key& about, const schema_texts& known) {
  std::string names;
  for (const auto& [key, schema] : known)
    if (about.event.empty() ? key.aggregate == about.aggregate : key == about)
      names += " " + key.path();
  return "\n  if the program that published it never stored one: `schema forget" + names + "`";
}

error refusal_of(const std::vector<objection>& all, const schema_texts& known,
                 journal_adapter& adapter) {
  std::vector<contract_key> kinds;
  for (const auto& one : all) kinds.push_back(one.about);
  const auto first = first_of(kinds, adapter, most_events);
  std::string said;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& place = first.places[i];
    said += all[i].what + "\n  the first one in the journal: " +
            (place.empty() ? first.otherwise + how_to_forget(all[i].about, known) : place) + "\n";
  }
  return {errc::contract_mismatch, said + publish_instead};
}

/// Has the type know its retired events, as the journal does.
void add_retired_events(aggregate_type& type, const schema_texts& known) {
  for (const auto& [key, schema] : known)
    if (key.aggregate == type.name && type.retires(key.event) &&
        !type.find_event(key.event, key.schema_version))
      type.events.push_back({key.event, key.schema_version, nullptr, nullptr, nullptr, nullptr,
                             std::make_shared<const event_contract>(key.path(), schema, true)});
}

/// The contracts that `name` means: one in full, or all those of an event of this name.
std::vector<contract_key> named(const std::string& name, const schema_texts& known) {
  std::vector<contract_key> all;
  for (const auto& [key, schema] : known)
    if (key.path() == name || key.event == name) all.push_back(key);
  return all;
}

std::string list(const std::vector<contract_key>& all) {
  std::string text;
  for (const auto& key : all) text += "\n  " + key.path();
  return text;
}

/// The contract that each of `names` means.
result<std::vector<contract_key>> all_named(const std::vector<std::string>& names,
                                            const schema_texts& known) {
  std::vector<contract_key> all;
  for (const auto& name : names) {
    const auto meant = named(name, known);
    if (meant.empty()) {
      std::vector<contract_key> there;
      for (const auto& [key, schema] : known) there.push_back(key);
      return error{errc::not_found, "the journal remembers no event '" + printable(name) + "'; " +
                                        (there.empty() ? "it remembers none"
                                                       : "those that it remembers:" + list(there))};
    }
    if (meant.size() > 1)
      return error{errc::malformed,
                   "'" + printable(name) + "' is several; name those that you mean:" + list(meant)};
    all.push_back(meant.front());
  }
  return all;
}

}  // namespace

result<void> agree_on_contracts(journal_adapter& adapter, aggregate_type& type) {
  std::erase_if(type.events, [](const event_type& event) { return event.retired(); });
  const auto ours = contracts_of(type);
  if (!ours) return ours.error();
  auto known = texts_in(adapter);
  if (!known) return known.error();
  std::erase_if(*known, [&type](const auto& one) { return one.first.aggregate != type.name; });
  const auto found = objections(living(*known, {&type}), *ours);
  if (!found.empty() && !deliberate::commits("changed_contract_accepted"))
    return refusal_of(found, *known, adapter);
  for (auto& event : type.events) {
    const contract_key key{type.name, event.name, event.schema_version};
    event.contract = std::make_shared<const event_contract>(key.path(), ours->at(key).dump(),
                                                            known->contains(key));
  }
  add_retired_events(type, *known);
  return {};
}

result<void> add_retired_events(const catalog& adapter, aggregate_type& type) {
  const auto known = texts_in(adapter);
  if (!known) return known.error();
  add_retired_events(type, *known);
  return {};
}

result<std::size_t> check_contracts(journal_adapter& adapter,
                                    const std::vector<const aggregate_type*>& types) {
  const auto ours = contracts_of(types);
  if (!ours) return ours.error();
  const auto known = texts_in(adapter);
  if (!known) return known.error();
  const auto found = objections(living(*known, types), *ours);
  if (!found.empty()) return refusal_of(found, *known, adapter);
  return known->size();
}

result<std::vector<std::string>> forget_contracts(journal_adapter& adapter,
                                                  const std::vector<std::string>& names) {
  const auto known = texts_in(adapter);
  if (!known) return known.error();
  const auto kinds = all_named(names, *known);
  if (!kinds) return kinds.error();
  const auto first = first_of(*kinds, adapter, std::numeric_limits<std::uint64_t>::max());
  std::vector<std::string> forgotten;
  for (std::size_t i = 0; i < kinds->size(); ++i) {
    const auto& key = (*kinds)[i];
    if (!first.places[i].empty())
      return error{errc::contract_mismatch, "nothing was forgotten: an event " + key.text() +
                                                " is stored, at " + first.places[i]};
    forgotten.push_back(key.path());
  }
  if (!first.whole_log)
    return error{errc::damaged, "nothing was forgotten: the first event " + first.otherwise};
  if (auto removed = adapter.remove_contracts(forgotten); !removed) return removed.error();
  return forgotten;
}

}  // namespace acta::internal
