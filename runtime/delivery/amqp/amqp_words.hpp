// What librabbitmq says, as text of ours: errors in words, bytes as strings.
#pragma once

#include <amqp.h>

#include <string>

#include "actors/model/error.hpp"

namespace acta::internal {

/// Good as long as `text`.
[[nodiscard]] inline amqp_bytes_t bytes_of(const std::string& text) {
  return {text.size(), const_cast<char*>(text.data())};
}
[[nodiscard]] inline std::string text_of(amqp_bytes_t text) {
  return text.len == 0 ? std::string{}
                       : std::string{static_cast<const char*>(text.bytes), text.len};
}

/// A status of the library that is not AMQP_STATUS_OK, right after the call: errno says what error
/// of a socket it was. `refused` if the broker's certificate is not
/// good, else `unavailable`.
[[nodiscard]] error amqp_failure(const std::string& doing, int status);
/// The broker closes a channel or the connection. `refused` if the reason is one that asking again
/// does not change.
[[nodiscard]] error amqp_closed(const amqp_method_t& by);
/// Fails as one of these two.
[[nodiscard]] result<void> amqp_reply(const std::string& doing, const amqp_rpc_reply_t& reply);

}  // namespace acta::internal
