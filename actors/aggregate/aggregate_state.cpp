#include "actors/aggregate/aggregate_state.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "actors/model/guard.hpp"
#include "actors/model/new_name.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/replay_event.hpp"
#include "actors/protocol/command_hash.hpp"

namespace acta::internal {

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
    new_event made{contract.name, contract.schema_version, {}, contract.contract.get()};
    const auto walk = [&](visitor& v) { return contract.payload->visit(event, v); };
    const auto encoded = deliberate::commits("event_that_cannot_be_shown")
                             ? codec_.encode(walk, made.payload)
                             : codec_.encode_event(walk, made.payload);
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

/// The reason is kept for as long as the aggregate is set aside, and may name a key of a map.
error at(const recorded_event& event, std::string_view what, errc code = errc::damaged) {
  return {code, to_string(event.stream) + ", version " + std::to_string(event.version.value) +
                    ", " + event.type + ": " + beginning_of(what, most_kept_bytes)};
}

/// Why a command may not begin under these names; nothing, if it may. A name that is in use already
/// is served: earlier versions took it.
std::optional<error> unfit_name(const stream_id& stream, bool exists,
                                const event_metadata& metadata) {
  const std::string why = "must be UTF-8 without control characters";
  if (!exists && !fits_a_new_name(stream.id())) return error{errc::malformed, why, {}, "id"};
  if (!fits_a_new_name(metadata.command_id)) return error{errc::malformed, why, {}, "command_id"};
  return std::nullopt;
}

}  // namespace

aggregate_state::aggregate_state(const aggregate_environment& shared, const aggregate_type& type,
                                 stream_id stream, writer_id writer)
    : shared_{&shared},
      type_{&type},
      stream_{std::move(stream)},
      writer_{writer},
      commands_{shared.deduplication_window, shared.older_commands},
      weight_{shared.snapshot_every_events},
      began_{type.state_fingerprint == 0} {
  begin_empty();
}

aggregate_state::~aggregate_state() {
  const users_code::call now{shared_->users, "the destructor of", type_->name, &stream_};
  state_ = any_value{};
}

void aggregate_state::begin_empty() {
  const users_code::call now{shared_->users, "the constructor of", type_->name, &stream_};
  const auto made = guarded("the state's constructor", [&] { state_ = any_value{*type_->state}; });
  if (!made) problem_ = made.error();
}

result<void> aggregate_state::restore(const snapshot& from) {
  began_ = true;
  if (from.fingerprint != type_->state_fingerprint)
    return error{errc::damaged, "it is of another layout of the state"};
  if (problem_) return *problem_;
  const auto& codec = *shared_->bytes_codec;
  const users_code::call now{shared_->users, "the reading of a snapshot", {}, &stream_};
  any_value state;
  command_window::saved commands;
  auto done = guarded("the state's constructor", [&] { state = any_value{*type_->state}; });
  if (done) done = codec.decode(from.state, [&](visitor& v) { return state.visit(v); });
  if (done) done = codec.decode(from.commands, [&](visitor& v) { return visit(v, commands); });
  if (!done) return done;
  // It was taken with a shorter window. The events know the commands before; it does not.
  if (!commands.complete && commands.commands.size() < shared_->deduplication_window)
    return error{errc::damaged, "it knows too few of the newest commands"};
  state_ = std::move(state);
  commands_.restore(std::move(commands));
  weight_.is_as_snapshot(from.state.size());
  version_ = snapshot_version_ = from.version;
  return {};
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
  const users_code::call now{shared_->users, "the writing of a snapshot", {}, &stream_};
  auto done = codec.encode([&](visitor& v) { return state_.visit(v); }, taken.state);
  if (!done) return done.error();
  weight_.is_as_snapshot(taken.state.size());
  auto commands = commands_.save(shared_->deduplication_window);
  done = codec.encode([&](visitor& v) { return visit(v, commands); }, taken.commands);
  if (!done) return done.error();
  return taken;
}

result<void> aggregate_state::replay(const std::vector<recorded_event>& events) {
  const users_code::call now{shared_->users, "the recovery", {}, &stream_};
  began_ = true;
  if (problem_) return *problem_;
  for (const auto& event : events) {
    if (event.version != version_.next()) return at(event, "does not follow the one before");
    const auto applied = replay_event(*type_, event, *shared_->bytes_codec, state_.get());
    if (!applied) return at(event, applied.error().detail, applied.error().code);
    remember(event);
  }
  return {};
}

void aggregate_state::remember(const recorded_event& event) {
  version_ = event.version;
  newest_time_ = std::max(newest_time_.value_or(event.metadata.time), event.metadata.time);
  ++replayed_;
  weight_.add_event(event.payload.size());
  if (deliberate::commits("deduplication_forgotten_on_restart")) return;
  commands_.add(event.metadata.command_id, event.metadata.command_hash, version_);
}

std::optional<command_search> aggregate_state::look_back() const {
  if (looked_back_) return std::nullopt;
  auto search = commands_.look_back(stream_, newest_time_.value_or(timestamp{}));
  // After a snapshot alone the time of the newest event is not known yet: that event is asked for.
  if (search && !newest_time_) return command_search{stream_, {}, version_, timestamp::max()};
  return search;
}

void aggregate_state::take_look_back(const command_search& search, const search_result& outcome) {
  if (!newest_time_) {
    newest_time_ = outcome.newest_time;
    return;
  }
  looked_back_ = true;
  commands_.take_look_back(search, outcome, *newest_time_, shared_->time->now(), version_);
}

void aggregate_state::end_recovery() {
  looked_back_ = true;
  commands_.begin(shared_->time->now(), version_);
}

bool aggregate_state::take_search(ticket& asked, const command_search& search,
                                  const search_result& outcome, command_memory::progress& so_far) {
  commands_.take(search, outcome, so_far, shared_->time->now(), version_);
  if (!outcome.found) return false;
  seal_repeat(asked, outcome.found->last, outcome.found->events, outcome.found->hash);
  return true;
}

void aggregate_state::handle(ticket& asked) {
  if (asked.request.command_index)
    execute(asked);
  else
    read(asked);
}

void aggregate_state::read(ticket& asked) const {
  const users_code::call now{shared_->users, "view()", {}, &stream_};
  if (version_ == version{})
    asked.sealed = error{errc::not_found, "there is no " + to_string(stream_)};
  else
    asked.sealed = guarded("view()", [&]() -> result<answer> {
      return answer{version_, 0, false, std::make_shared<const any_value>(view())};
    });
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
    return seal_repeat(asked, before->last, before->events, before->hash);
  }
  decide(asked);
}

void aggregate_state::seal_repeat(ticket& asked, version last, std::uint64_t events,
                                  std::uint64_t hash) const {
  const users_code::call now{shared_->users, "the encoding of", asked.request.name(), &stream_};
  if (is_repeat(*shared_->bytes_codec, asked.request, hash))
    asked.sealed = answer{last, events, true, {}};
  else
    asked.sealed =
        error{errc::command_id_reused, "this command id was used before, with another command"};
}

void aggregate_state::decide(ticket& asked) {
  if (!asked.request.expected_version.holds(version_) &&
      !deliberate::commits("expected_version_ignored")) {
    asked.sealed = wrong_version(version_);
    return;
  }
  auto& append = asked.request.append;
  if (auto unfit = unfit_name(stream_, version_ > version{}, append.metadata)) {
    asked.sealed = *std::move(unfit);
    return;
  }
  // A stream's times never go back, whatever the clock does: a search by time relies on it.
  append.metadata.time = std::max(shared_->time->wall(), newest_time_.value_or(timestamp::min()));
  append.writer = writer_;
  append.expected = version_;
  const context circumstances{append.metadata.time, stream_.id(), version_,
                              append.metadata.command_id, append.metadata.principal};
  const users_code::call now{shared_->users, "the decision on", asked.request.name(), &stream_};
  evolver sink{*type_, *shared_->bytes_codec, state_, asked.request};
  type_->commands[*asked.request.command_index].decide(state_.get(), asked.request.command.get(),
                                                       circumstances, sink);
  if (sink.problem) {
    if (sink.problem->code == errc::refused) {
      asked.sealed = *sink.problem;
      return;
    }
    // Not the caller's mistake, and after another event half a decision: the aggregate must end.
    if (sink.problem->code == errc::unavailable) throw std::bad_alloc{};
    throw std::runtime_error{"an event cannot be encoded: " + sink.problem->field + " " +
                             sink.problem->detail};
  }
  if (!append.events.empty()) newest_time_ = append.metadata.time;
  for (const auto& event : append.events) {
    commands_.add(append.metadata.command_id, append.metadata.command_hash,
                  version_ = version_.next());
    weight_.add_event(event.payload.size());
  }
  constexpr std::uint64_t commands_between_looks_at_the_clock = 64;
  if (++decided_ % commands_between_looks_at_the_clock == 0 || commands_.dropped())
    commands_.pass_time(shared_->time->now(), version_);
  asked.sealed = answer{version_, append.events.size(), false, {}};
#ifdef ACTA_DELIBERATE_FAULTS
  for (const auto& view : leaked_views_) *view = type_->view_of(state_.get());
#endif
}

}  // namespace acta::internal
