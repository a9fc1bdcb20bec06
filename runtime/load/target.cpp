#include "runtime/load/target.hpp"

#include "actors/model/malformed.hpp"

namespace acta::internal::load {

std::optional<std::uint64_t> count_in(const nlohmann::json& answer, const char* member,
                                      std::uint64_t most) {
  const auto found = answer.find(member);
  if (found == answer.end() || !found->is_number_integer()) return std::nullopt;
  // A negative number is no unsigned one.
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most) return std::nullopt;
  return found->get<std::uint64_t>();
}

result<stored_event> stored_event_of(const nlohmann::json& shown) {
  if (!shown.is_object()) return malformed("", "an event that is no object");
  const auto version = count_in(shown, "version");
  if (!version) return malformed("version", "an event without a version");
  try {
    return stored_event{*version, shown.value("command_id", ""), shown.value("type", ""),
                        shown.value("payload", nlohmann::json())};
  } catch (const nlohmann::json::exception& why) {
    return malformed("", std::string{"an event that cannot be read: "} + why.what());
  }
}

}  // namespace acta::internal::load
