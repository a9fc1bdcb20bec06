// Replays a stream and decides a command on top of it: what its aggregate must have made of it.
#pragma once

#include <stdexcept>
#include <vector>

#include "actors/ports/replay_event.hpp"
#include "runtime/codec/cbor.hpp"

namespace acta::testing {

using namespace internal;

/// The events of a decision, encoded. One that refuses has none.
class collecting_sink final : public decision_sink {
public:
  explicit collecting_sink(const aggregate_type& type) : type_{type} {}
  void refused(const refusal&) override {}
  bool happened(std::size_t index, void* event) override {
    const auto& contract = type_.events[index];
    events.push_back({contract.name, contract.schema_version, {}});
    const auto encoded = cbor_codec{}.encode(
        [&](visitor& v) { return contract.payload->visit(event, v); }, events.back().payload);
    if (!encoded) throw std::runtime_error{encoded.error().detail};
    return true;
  }
  std::vector<new_event> events;

private:
  const aggregate_type& type_;
};

/// Decides `command`, an instance of `type.commands[index]`, at the version after `before`, the
/// stream's first events. It knows neither time nor caller: for domains that do not ask. Throws if
/// an event cannot be applied.
inline std::vector<new_event> decide_again(const aggregate_type& type, std::size_t index,
                                           const void* command,
                                           const std::vector<const recorded_event*>& before) {
  any_value state{*type.state};
  for (const auto* event : before)
    if (const auto applied = replay_event(type, *event, cbor_codec{}, state.get()); !applied)
      throw std::runtime_error{event->type + ": " + applied.error().detail};
  context circumstances;
  circumstances.version = {before.size()};
  collecting_sink sink{type};
  type.commands[index].decide(state.get(), command, circumstances, sink);
  return std::move(sink.events);
}

}  // namespace acta::testing
