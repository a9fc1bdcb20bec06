#include "runtime/cli/greeting.hpp"

#include <iostream>

#include "actors/ports/users_code.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"

namespace acta::internal {

void greet(const serve_options& how, const std::string& url,
           const std::vector<aggregate_type>& types, users_code& users) {
  const auto& data = how.settings.data_directory;
  std::cout << how.name << " serves " << url << ", its journal is in "
            << (data.empty() ? "memory" : printable(data.string())) << "\n\nTry:\n  curl " << url
            << "/v1      # commands, events and their fields\n";
  for (const auto& type : types) {
    if (type.retired()) continue;
    const users_code::call now{&users, "the description of", type.name};
    const auto aggregate = url + "/v1/" + type.name + "/4711";
    for (const auto& command : type.commands) {
      const auto schema = schema_of(*command.payload);
      std::cout << "  curl -d '" << (schema ? example_of(*schema).dump() : "{}") << "' "
                << aggregate << "/" << command.name << "\n";
    }
    std::cout << "  curl " << aggregate << "\n  curl " << aggregate << "/events\n";
  }
  std::cout << "  curl " << url << "/metrics\n" << std::endl;
}

}  // namespace acta::internal
