#include "runtime/delivery/amqp/consumer_span.hpp"

#include "runtime/codec/trace_context.hpp"
#include "runtime/delivery/amqp/message_reader.hpp"

namespace acta::internal {

span consumer_span(const begun_trace& within, const amqp_message& message, const message_end& how,
                   std::chrono::steady_clock::time_point now) {
  const auto text = [](std::string_view name, std::string_view value) {
    return span_attribute{name, std::string{value}};
  };
  span made;
  made.name = "process";
  made.kind = span_kind::consumer;
  made.context = within.span;
  made.parent = parse_traceparent(trace_header(message, "traceparent")).span;
  if (auto state = trace_header(message, "tracestate"); made.parent != 0 && is_tracestate(state))
    made.trace_state = std::move(state);
  made.start = within.time.wall;
  made.end = within.time.at(now);
  made.attributes = {
      text("messaging.system", "rabbitmq"),
      text("messaging.operation.name", "process"),
      text("messaging.operation.type", "process"),
      text("messaging.message.id", message.message_id),
      text("messaging.rabbitmq.destination.routing_key", message.routing_key),
      {"messaging.rabbitmq.message.delivery_tag", static_cast<std::int64_t>(message.tag)},
      text("acta.outcome", how.status)};
  made.failed = how.our_fault;
  return made;
}

}  // namespace acta::internal
