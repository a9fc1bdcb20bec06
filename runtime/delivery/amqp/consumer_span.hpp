// The span of a message, as its consumer sees it, by OpenTelemetry's semantic conventions for
// messaging: from its delivery until it is settled, over all attempts. Its parts follow each other
// without a gap:
//
//   wait               for the messages of its aggregate before it, and until its body is read
//   TYPE COMMAND       the engine's own span of an attempt
//   back-off           until the next attempt
//   settle             from the last answer until the message is acknowledged; a dead letter is
//                      published and confirmed in it
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/ports/begun_trace.hpp"
#include "runtime/delivery/amqp/amqp_message.hpp"

namespace acta::internal {

/// How a message was settled.
struct message_end {
  std::string_view status{};  ///< "acknowledged", "repeated", "dead_letter" or "given_back"
  bool our_fault = false;     ///< It is a dead letter by no fault of its own.
  std::string error = {};     ///< The code of a dead letter, as its header says it.
};

/// Of a message that is not sampled every call does nothing. One thread.
class consumer_span {
public:
  using time_point = trace_clock::time_point;

  consumer_span() = default;
  /// The message was delivered when `begun` was made.
  consumer_span(begun_trace begun, const amqp_message& message);

  /// For call_options.within, the log, and a dead letter.
  [[nodiscard]] const begun_trace& within() const { return within_; }
  /// The command goes to the engine now. Returns the part that ends with this.
  [[nodiscard]] std::optional<span> hand_on(time_point now);
  /// The engine has answered, or was not asked after all.
  void answered();
  /// Returns the last part and the span itself: the message is settled now.
  [[nodiscard]] std::vector<span> settled(const amqp_message& message, const std::string& queue,
                                          const message_end& how, time_point now) const;

private:
  /// From the end of the part before it.
  [[nodiscard]] span part(std::string_view name, time_point until) const;
  [[nodiscard]] std::string_view waiting() const { return was_sent_ ? "back-off" : "wait"; }

  begun_trace within_;
  std::uint64_t parent_ = 0;
  std::string trace_state_;
  time_point shown_until_{};  // by its parts
  bool was_sent_ = false;
  bool is_in_engine_ = false;
};

}  // namespace acta::internal
