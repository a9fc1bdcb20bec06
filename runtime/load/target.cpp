#include "runtime/load/target.hpp"

#include "actors/model/malformed.hpp"

namespace acta::internal::load {

std::optional<std::uint64_t> count_in(const nlohmann::json& answer, const char* member,
                                      std::uint64_t most) {
  const auto value = answer.find(member);
  // Neither a negative number nor one with decimals is unsigned.
  if (value == answer.end() || !value->is_number_unsigned()) return std::nullopt;
  const auto count = value->get<std::uint64_t>();
  return count <= most ? std::optional{count} : std::nullopt;
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
