#include "runtime/cli/verify/replayer.hpp"

#include "actors/model/guard.hpp"
#include "actors/ports/replay_event.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/delivery/event_json.hpp"

namespace acta::internal {

namespace {

std::string place_of(const recorded_event& event) {
  return "position " + std::to_string(event.position.offset) + ", " + to_string(event.stream) +
         ", " + event.type + ": ";
}

[[noreturn]] void fail(const recorded_event& event, const std::string& what) {
  throw command_error{place_of(event) + what};
}

}  // namespace

void replayer::apply(const recorded_event& event) {
  const auto& type = type_of(types_, event);
  auto& one = streams_[event.stream];
  if (event.version != one.last.next()) fail(event, "does not follow the version before");
  one.last = event.version;
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (contract && contract->retired()) return show_retired(type, event);
  if (!one.domain_failed) replay(type, event, one);
}

void replayer::replay(const aggregate_type& type, const recorded_event& event, aggregate& one) {
  std::size_t unrepresentable = 0;
  const auto replayed = guarded("the domain's code", [&]() -> result<void> {
    if (one.state.empty()) one.state = any_value{*type.state};
    return replay_event(type, event, cbor_codec{&unrepresentable}, one.state.get());
  });
  if (replayed) {
    unrepresentable_ += unrepresentable > 0;
    return;
  }
  one.domain_failed = is_thrown(replayed.error());
  if (!one.domain_failed) fail(event, replayed.error().detail);
  note_domain_failure(place_of(event) + replayed.error().detail);
}

void replayer::show_retired(const aggregate_type& type, const recorded_event& event) {
  ++retired_;
  const auto shown = event_json(type, event);
  if (!shown && is_thrown(shown.error()))
    return note_domain_failure(place_of(event) + shown.error().detail);
  if (!shown) fail(event, shown.error().detail);
  unrepresentable_ += shown->contains("unrepresentable");
}

}  // namespace acta::internal
