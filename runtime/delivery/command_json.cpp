#include "runtime/delivery/command_json.hpp"

#include "actors/ports/users_code.hpp"
#include "runtime/codec/json.hpp"

namespace acta::internal {

error in_body(error what) {
  if (what.field.empty()) what.field = "body";
  return what;
}

result<any_value> command_from_json(const command_type& type, const std::string& body,
                                    users_code* users) {
  const users_code::call now{users, "the reading of", type.name};
  const auto empty = new_command(type);
  if (!empty) return empty.error();
  const auto shape = shape_of([&](visitor& v) { return empty->visit(v); });
  const auto parsed = parse_json(body.empty() ? "{}" : body, &shape);
  if (!parsed) return in_body(parsed.error());
  auto command = command_from_json(type, *parsed);
  if (!command && command.error().code == errc::malformed) return in_body(command.error());
  return command;
}

}  // namespace acta::internal
