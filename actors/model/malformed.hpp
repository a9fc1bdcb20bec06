// Errors of what comes from outside: what is wrong with it, and where.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "actors/base/utf8.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

/// `field` is the place, as in `lines[2].amount`; empty: all of it.
[[nodiscard]] inline error malformed(std::string field, std::string detail) {
  return {errc::malformed, std::move(detail), {}, std::move(field)};
}

/// Fails (malformed) on a text that no aggregate can be named by from outside.
[[nodiscard]] inline result<void> check_id(std::string_view id, const char* field) {
  if (stream_id::valid_id(id) && is_utf8(id)) return {};
  return malformed(field, "must be 1 to 256 bytes of UTF-8 without control characters");
}

}  // namespace acta::internal
