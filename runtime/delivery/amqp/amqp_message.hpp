// One message as a broker delivered it, as far as anybody here looks at it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace acta::internal {

/// A body beyond this is never held: the message is a dead letter, and its body goes on to the
/// exchange as it comes in.
inline constexpr std::uint64_t most_body_bytes = 1024 * 1024;

struct amqp_message {
  std::uint64_t tag = 0;  ///< The broker's number of the delivery, on its channel.
  bool redelivered = false;
  std::string routing_key = {};
  /// The headers that are ours; nothing in place of a value that is no text.
  std::map<std::string, std::optional<std::string>> headers = {};
  std::string message_id = {};  ///< Empty: there is none. So are those below.
  std::string correlation_id = {};
  std::string user_id = {};
  std::string content_encoding = {};
  std::optional<std::uint64_t> timestamp_s = {};  ///< Since 1970, as its publisher says.
  std::uint64_t body_bytes = 0;                   ///< As the content header says.
  std::string body = {};                          ///< Empty if that is too much.
  /// All properties, as the connection that delivered it keeps them for a dead letter.
  std::shared_ptr<const void> properties = {};
};

}  // namespace acta::internal
