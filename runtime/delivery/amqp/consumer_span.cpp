#include "runtime/delivery/amqp/consumer_span.hpp"

#include <memory>
#include <utility>

#include "actors/ports/way_in_span.hpp"
#include "runtime/codec/trace_context.hpp"
#include "runtime/delivery/amqp/message_reader.hpp"

namespace acta::internal {

consumer_span::consumer_span(begun_trace begun, const amqp_message& message)
    : within_{std::move(begun)}, shown_until_{within_.time.steady} {
  if (!within_.span.sampled) return;
  parent_ = parse_traceparent(trace_header(message, "traceparent")).span;
  if (auto state = trace_header(message, "tracestate"); parent_ != 0 && is_tracestate(state))
    trace_state_ = std::move(state);
}

std::optional<span> consumer_span::hand_on(time_point now) {
  if (!within_.span.sampled) return std::nullopt;
  auto before = part(waiting(), now);
  was_sent_ = is_in_engine_ = true;
  within_.handed_on = now;
  // Another one for each attempt: the engine of an earlier one may still hold its own.
  within_.handed_back = std::make_shared<time_point>();
  return before;
}

void consumer_span::answered() {
  if (!is_in_engine_) return;
  is_in_engine_ = false;
  const auto back = *within_.handed_back;
  shown_until_ = back == time_point{} ? within_.handed_on : back;
}

std::vector<span> consumer_span::settled(const amqp_message& message, const std::string& queue,
                                         const message_end& how, time_point now) const {
  if (!within_.span.sampled) return {};
  std::vector<span> made;
  // The engine's part may end after the message is given back.
  if (!is_in_engine_)
    made.push_back(part(how.status == "given_back" ? waiting() : std::string_view{"settle"}, now));
  auto whole = span_of(within_, "process " + queue, within_.time.steady, now, trace_state_);
  whole.kind = span_kind::consumer;
  whole.parent = parent_;
  whole.attributes = {
      text_attribute("messaging.system", "rabbitmq"),
      text_attribute("messaging.operation.name", "process"),
      text_attribute("messaging.operation.type", "process"),
      text_attribute("messaging.destination.name", queue),
      text_attribute("messaging.rabbitmq.destination.routing_key", message.routing_key),
      {"messaging.rabbitmq.message.delivery_tag", static_cast<std::int64_t>(message.tag)},
      text_attribute("acta.outcome", how.status)};
  if (!message.message_id.empty())
    whole.attributes.push_back(text_attribute("messaging.message.id", message.message_id));
  if (!how.error.empty()) whole.attributes.push_back(text_attribute("error.type", how.error));
  whole.failed = how.our_fault;
  made.push_back(std::move(whole));
  return made;
}

span consumer_span::part(std::string_view name, time_point until) const {
  return part_of(within_, name, shown_until_, until, trace_state_);
}

}  // namespace acta::internal
