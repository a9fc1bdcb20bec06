#include "runtime/load/target.hpp"

namespace acta::internal::load {

stored_event stored_event_of(const nlohmann::json& shown) {
  return {shown.value("version", std::uint64_t{0}), shown.value("command_id", ""),
          shown.value("type", ""), shown.value("payload", nlohmann::json())};
}

}  // namespace acta::internal::load
