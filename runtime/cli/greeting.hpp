// What `serve` prints when it serves: where, and calls to try.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/commands.hpp"

namespace acta::internal {

class users_code;

/// Prints to standard output where `how.name` serves, and curl commands for the first command,
/// the view and the events of each of `types`. Describing a type is a call into users' code, which
/// is listed with `users`.
void greet(const serve_options& how, const std::string& url,
           const std::vector<aggregate_type>& types, users_code& users);

}  // namespace acta::internal
