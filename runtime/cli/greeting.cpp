#include "runtime/cli/greeting.hpp"

#include <iostream>

#include "actors/ports/users_code.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"

namespace acta::internal {

namespace {

/// A name as a segment of a URL: every byte that is not unreserved is escaped (RFC 3986, 2.3). So
/// no shell reads more into it either.
std::string in_url(std::string_view name) {
  constexpr std::string_view unreserved = "-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string made;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       unreserved.find(c) != unreserved.npos;
    if (plain)
      made += c;
    else
      made.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return made;
}

/// A text within quotes of a shell, for a terminal.
std::string quoted(const std::string& text) {
  std::string made = "'";
  for (const char c : printable(text)) made += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return made + "'";
}

}  // namespace

void greet(const serve_options& how, const std::string& url,
           const std::vector<aggregate_type>& types, users_code& users) {
  const auto& data = how.settings.data_directory;
  std::cout << printable(how.name) << " serves " << url << ", its journal is in "
            << (data.empty() ? "memory" : printable(data.string())) << "\n\nTry:\n  curl " << url
            << "/v1      # commands, events and their fields\n";
  for (const auto& type : types) {
    if (type.retired()) continue;
    const users_code::call now{&users, "the description of", type.name};
    const auto aggregate = url + "/v1/" + in_url(type.name) + "/4711";
    // The first command begins an aggregate's life in most domains; the example of another one may
    // well be refused.
    if (!type.commands.empty()) {
      const auto& command = type.commands.front();
      const auto schema = schema_of(*command.payload);
      std::cout << "  curl -d " << quoted(schema ? example_of(*schema).dump() : "{}") << " "
                << aggregate << "/" << in_url(command.name) << "\n";
    }
    std::cout << "  curl " << aggregate << "\n  curl " << aggregate << "/events\n";
  }
  std::cout << "  curl " << url << "/metrics\n" << std::endl;
}

}  // namespace acta::internal
