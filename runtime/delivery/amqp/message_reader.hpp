// What a message asks for, or why it is a dead letter.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "runtime/call.hpp"
#include "runtime/delivery/amqp/amqp_message.hpp"

namespace acta::internal {

class users_code;

/// How much a publisher's clock may be ahead of ours.
inline constexpr std::chrono::minutes clocks_differ_at_most{5};

/// Whom a message is for, by its headers.
struct message_target {
  const aggregate_type* type;
  std::string id;
  std::size_t command;
};

/// Finds a hosted or retired type by its name, or null.
using type_lookup = std::function<const aggregate_type*(std::string_view)>;

/// Fails (malformed, unknown_aggregate, unknown_command, retired) on what no repeat could mend, the
/// body aside: a header that is missing or no text, no message_id, a body that is too large.
[[nodiscard]] result<message_target> target_of(const amqp_message& message,
                                               const type_lookup& find);

/// Reads the body. Fails as command_from_json() does.
[[nodiscard]] result<any_value> command_of(const amqp_message& message,
                                           const message_target& target, users_code* users);

/// The text of a header; empty if there is none, `no_text` if it is something else.
[[nodiscard]] std::string header_of(const amqp_message& message, const char* name,
                                    const char* no_text = "");
/// `traceparent` or `tracestate`; empty if there is none, and no valid one if it is no text: it is
/// dropped and counted then, and not refused.
[[nodiscard]] std::string trace_header(const amqp_message& message, const char* name);

/// The engine knows the call that a message became: names the part of the message in place of that
/// of the call.
[[nodiscard]] error about_message(error of_call);

/// The options of the call: the message's id, principal, correlation and trace. A message that was
/// redelivered is looked for back to its timestamp, less what clocks may differ; in the whole
/// history if it has none, or one that is not past.
[[nodiscard]] call_options options_of(const amqp_message& message, timestamp now);

}  // namespace acta::internal
