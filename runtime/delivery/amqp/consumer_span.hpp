// The span of a message, as its consumer sees it, by OpenTelemetry's semantic conventions for
// messaging: from its delivery until it is settled, over all attempts. Each attempt's request is
// within it.
#pragma once

#include <chrono>
#include <string_view>

#include "actors/ports/begun_trace.hpp"
#include "runtime/delivery/amqp/amqp_message.hpp"

namespace acta::internal {

/// How a message was settled.
struct message_end {
  std::string_view status;  ///< "acknowledged", "repeated", "dead_letter" or "given_back"
  bool our_fault = false;   ///< It is a dead letter by no fault of its own.
};

/// The span of a message that is settled now. It was sampled when it came: `within`.
[[nodiscard]] span consumer_span(const begun_trace& within, const amqp_message& message,
                                 const message_end& how, std::chrono::steady_clock::time_point now);

}  // namespace acta::internal
