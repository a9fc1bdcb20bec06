#include "actors/aggregate/aggregate_state.hpp"

#include <utility>

#include "actors/ports/deliberate_fault.hpp"
#include "actors/protocol/command_hash.hpp"

namespace acta {

namespace {

/// Takes the events of one decision: each is encoded and applied, so that what apply() throws at is
/// never stored.
class evolver final : public decision_sink {
public:
  evolver(const aggregate_type& type, const codec& bytes_codec, any_value& state, request& asked)
      : type_{type}, codec_{bytes_codec}, state_{state}, asked_{asked} {}

  void refused(const refusal& why) override {
    problem = error{errc::refused, why.message, why.code};
  }

  bool happened(std::size_t index, void* event) override {
    const auto& contract = type_.events[index];
    new_event made{contract.name, contract.schema_version, {}};
    auto encoded =
        codec_.encode([&](visitor& v) { return contract.payload->visit(event, v); }, made.payload);
    if (!encoded) {
      problem = encoded.error();
      return false;
    }
    contract.apply(state_.get(), event);
    asked_.append.events.push_back(std::move(made));
    return true;
  }

  std::optional<error> problem;

private:
  const aggregate_type& type_;
  const codec& codec_;
  any_value& state_;
  request& asked_;
};

error damaged(const recorded_event& event, std::string what) {
  return {errc::damaged, to_string(event.stream) + ", version " +
                             std::to_string(event.version.value) + ", " + event.type + ": " +
                             std::move(what)};
}

}  // namespace

aggregate_state::aggregate_state(const aggregate_environment& shared, const aggregate_type& type,
                                 stream_id stream, writer_id writer)
    : shared_{&shared},
      type_{&type},
      stream_{std::move(stream)},
      writer_{writer},
      state_{*type.state},
      commands_{shared.deduplication_window},
      began_{type.state_fingerprint == 0} {}

bool aggregate_state::restore(const snapshot& from) {
  began_ = true;
  if (from.fingerprint != type_->state_fingerprint) return false;
  const auto& codec = *shared_->bytes_codec;
  any_value state{*type_->state};
  command_window::saved commands;
  if (!codec.decode(from.state, [&](visitor& v) { return state.visit(v); }) ||
      !codec.decode(from.commands, [&](visitor& v) { return visit(v, commands); }))
    return false;
  state_ = std::move(state);
  commands_.restore(std::move(commands));
  version_ = snapshot_version_ = from.version;
  return true;
}

bool aggregate_state::snapshot_due(bool leaving) const {
  const auto enough = leaving ? shared_->snapshot_on_leave_events : shared_->snapshot_every_events;
  return type_->state_fingerprint != 0 && enough > 0 &&
         version_.value - snapshot_version_.value >= enough;
}

result<snapshot> aggregate_state::take_snapshot() {
  snapshot_version_ = version_;  // also if it fails: not to be tried again with every command
  snapshot taken{version_, type_->state_fingerprint, {}, {}};
  if (deliberate::commits("snapshot_off_by_one")) --taken.version.value;
  const auto& codec = *shared_->bytes_codec;
  auto done = codec.encode([&](visitor& v) { return state_.visit(v); }, taken.state);
  if (!done) return done.error();
  auto commands = commands_.save(shared_->deduplication_window);
  done = codec.encode([&](visitor& v) { return visit(v, commands); }, taken.commands);
  if (!done) return done.error();
  return taken;
}

result<void> aggregate_state::replay(const std::vector<recorded_event>& events) {
  began_ = true;
  for (const auto& event : events) {
    if (event.version != version_.next()) return damaged(event, "does not follow the one before");
    const auto* contract = type_->find_event(event.type, event.schema_version);
    if (!contract)
      return damaged(event, "schema version " + std::to_string(event.schema_version) +
                                " of this event is not known here");
    try {
      auto applied = shared_->bytes_codec->decode(
          event.payload, [&](visitor& v) { return contract->load_and_apply(state_.get(), v); });
      if (!applied) return damaged(event, applied.error().detail);
    } catch (const std::exception& thrown) {
      return damaged(event, std::string{"apply() threw: "} + thrown.what());
    }
    version_ = event.version;
    ++replayed_;
    if (deliberate::commits("deduplication_forgotten_on_restart")) continue;
    commands_.add(event.metadata.command_id, event.metadata.command_hash, version_);
  }
  return {};
}

bool aggregate_state::needs_whole_history(const request& asked) const {
  return asked.whole_history && !commands_.complete();
}

void aggregate_state::forget() {
  state_ = any_value{*type_->state};
  version_ = snapshot_version_ = {};
  began_ = true;
  commands_ = command_window{std::nullopt};
}

void aggregate_state::handle(ticket& asked) {
  if (asked.request.command_index)
    execute(asked);
  else
    read(asked);
}

void aggregate_state::read(ticket& asked) const {
  if (version_ == version{})
    asked.sealed = error{errc::not_found, "there is no " + to_string(stream_)};
  else
    asked.sealed = answer{version_, 0, false, std::make_shared<const any_value>(view())};
#ifdef ACTA_DELIBERATE_FAULTS
  if (!asked.sealed || !deliberate::commits("view_computed_at_release")) return;
  leaked_views_.push_back(std::make_shared<any_value>(view()));
  asked.sealed->view = leaked_views_.back();
#endif
}

void aggregate_state::execute(ticket& asked) {
  const auto& metadata = asked.request.append.metadata;
  if (deliberate::commits("expected_version_before_the_id") &&
      !asked.request.expected_version.holds(version_)) {
    asked.sealed = wrong_version(version_);
    return;
  }
  __builtin_prefetch(state_.get());  // while the command's id is looked up
  if (const auto* before = commands_.find(metadata.command_id)) {
    if (is_repeat(*shared_->bytes_codec, asked.request, before->hash))
      asked.sealed = answer{before->last, before->events, true, {}};
    else
      asked.sealed =
          error{errc::command_id_reused, "this command id was used before, with another command"};
    return;
  }
  decide(asked);
}

void aggregate_state::decide(ticket& asked) {
  if (!asked.request.expected_version.holds(version_) &&
      !deliberate::commits("expected_version_ignored")) {
    asked.sealed = wrong_version(version_);
    return;
  }
  auto& append = asked.request.append;
  append.metadata.time = shared_->time->wall();
  append.writer = writer_;
  append.expected = version_;
  const context circumstances{append.metadata.time, stream_.id(), version_,
                              append.metadata.command_id, append.metadata.principal};
  evolver sink{*type_, *shared_->bytes_codec, state_, asked.request};
  type_->commands[*asked.request.command_index].decide(state_.get(), asked.request.command.get(),
                                                       circumstances, sink);
  if (sink.problem) {
    // The domain's mistake, not the caller's; and after another event half a decision.
    if (sink.problem->code != errc::refused)
      throw std::runtime_error{"an event cannot be encoded: " + sink.problem->field + " " +
                               sink.problem->detail};
    asked.sealed = *sink.problem;
    return;
  }
  for (std::size_t i = 0; i < append.events.size(); ++i)
    commands_.add(append.metadata.command_id, append.metadata.command_hash,
                  version_ = version_.next());
  asked.sealed = answer{version_, append.events.size(), false, {}};
#ifdef ACTA_DELIBERATE_FAULTS
  for (const auto& view : leaked_views_) *view = type_->view_of(state_.get());
#endif
}

}  // namespace acta
