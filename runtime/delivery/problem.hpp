// Errors to clients: RFC 9457 problem documents. What went wrong, whether asking again can help,
// whether the request may have had an effect, and nothing about the inside.
#pragma once

#include <string>

#include "actors/model/error.hpp"
#include "runtime/delivery/http_message.hpp"

namespace acta::internal {

/// The status an error is answered with: the one table of it.
[[nodiscard]] constexpr int status_of(errc code) {
  switch (code) {
    case errc::malformed: return 400;
    case errc::unknown_aggregate:
    case errc::unknown_command:
    case errc::not_found: return 404;
    case errc::command_id_reused:
    case errc::conflict:
    case errc::wrong_history:
    case errc::beyond_the_end: return 409;
    case errc::retired: return 410;
    case errc::wrong_version: return 412;
    case errc::refused: return 422;
    case errc::overloaded:
    case errc::outcome_unknown:
    case errc::read_only:
    case errc::unavailable:
    case errc::dropped:
    case errc::shutting_down: return 503;
    case errc::deadline_exceeded: return 504;
    case errc::damaged:
    case errc::storage:
    case errc::domain_failed:
    case errc::contract_mismatch: return 500;
  }
  return 500;
}

[[nodiscard]] http_answer problem(const error& what);
/// For what HTTP itself says no to: 405, 413, ... `code` is a literal.
[[nodiscard]] http_answer problem(int status, std::string_view code, const std::string& detail,
                                  effect of_call = effect::none);

}  // namespace acta::internal
