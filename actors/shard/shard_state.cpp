#include "actors/shard/shard_state.hpp"

#include <algorithm>
#include <iterator>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

void shard_state::route(ticket_ptr asked) {
  if (asked->abandoned()) return;
  if (leaving_) return give_back(std::move(asked));
  const auto& append = asked->request.append;
  children_.prefetch(append.stream);
  const auto now = time().now();
  if (!parking_.empty())
    if (auto why = parking_.check(append.stream, append.metadata.command_hash, now))
      return asked->answer(*std::move(why));
  if (auto* to = find_or_start(asked, now)) {
    to->last_asked = now;
    hand_on(*to, std::move(asked));
  }
}

void shard_state::give_back(ticket_ptr asked) {
  // A load is its cache's, which leaves too.
  if (asked->request.load)
    return asked->answer(error{errc::unavailable, "the shard is not served here any more"});
  actors_->give_back(std::move(asked));
}

void shard_state::leave() {
  if (std::exchange(leaving_, true)) return;
  children_.for_each([this](auto& one) {
    if (!one.value.stopping) stop(one.value);
  });
  if (children_.size() == 0 || deliberate::commits("shard_left_before_it_ran_dry"))
    actors_->all_stopped();
}

void shard_state::hand_on(child& to, ticket_ptr asked) {
  if (to.stopping) return to.waiting.push_back(std::move(asked));
  actors_->hand_on(to.actor, std::move(asked));
}

shard_state::child* shard_state::find_or_start(const ticket_ptr& asked, time_point now) {
  if (auto* found = children_.find(asked->request.append.stream)) return &found->value;
  if (make_room(now)) return &start(asked->request);
  asked->answer(error{errc::overloaded, "too many aggregates are in use here at once"});
  return nullptr;
}

bool shard_state::make_room(time_point now) {
  while (!take_room())
    if (!evict_idle(now)) return false;
  return true;
}

bool shard_state::take_room() {
  if (!live_.take(1)) return false;
  if (bytes_.take(least_weight)) return true;
  live_.give_back(1);
  return false;
}

bool shard_state::evict_idle(time_point now) {
  auto* idle = idle_.find_idle(now - with_.residence.evictable_after, idle_.size());
  if (idle) passivate(static_cast<child&>(*idle));
  return idle != nullptr;
}

shard_state::child& shard_state::start(const request& asked) {
  const auto& stream = asked.append.stream;
  const writer_id writer{with_.epoch, ++*with_.started * with_.shard_count + with_.shard_index};
  auto& [kept, made] = children_.find_or_add(stream);
  made.actor = actors_->start(*asked.type, stream, writer);
  made.type = asked.type;
  made.stream = &kept;
  by_incarnation_.emplace(writer.incarnation, &made);
  idle_.add(made);
  return made;
}

shard_state::child* shard_state::find(writer_id writer) const {
  const auto found = by_incarnation_.find(writer.incarnation);
  return found == by_incarnation_.end() ? nullptr : found->second;
}

void shard_state::stop(child& one) {
  one.stopping = true;
  release(one);
  actors_->stop(one.actor);
}

void shard_state::release(child& one) {
  idle_.remove(one);
  live_.give_back(1);
  if (!deliberate::commits("weight_not_returned")) bytes_.give_back(one.weight);
}

void shard_state::weighs(writer_id writer, std::uint64_t bytes) {
  auto* one = find(writer);
  if (!one || one->stopping) return;
  const auto before = std::exchange(one->weight, std::max<std::uint64_t>(bytes, least_weight));
  if (one->weight > before)
    bytes_.overdraw(one->weight - before);  // it has grown already
  else
    bytes_.give_back(before - one->weight);
}

void shard_state::passivate(child& one) {
  stop(one);
  with_.gate->watcher().observe({happening::aggregate_passivated, one.type->name});
}

void shard_state::stopping(writer_id writer) {
  auto* one = find(writer);
  if (one && !one->stopping) stop(*one);
}

void shard_state::take_back(writer_id writer, ticket_ptr asked) {
  auto* from = find(writer);
  if (!from) return route(std::move(asked));
  from->returned.push_back(std::move(asked));
}

void shard_state::stopped(writer_id writer, const std::optional<aggregate_failure>& why) {
  auto* gone = find(writer);
  if (!gone) return;
  by_incarnation_.erase(writer.incarnation);
  if (!gone->stopping) release(*gone);
  with_.gate->watcher().observe(
      {happening::aggregate_stopped, gone->type->name, {}, why ? "failed" : "ended"});
  if (why)
    observe_parked(gone->type->name,
                   parking_.died(*gone->stream, *why, time().now(), with_.chance->next()));
  auto waiting = std::move(gone->returned);
  std::move(gone->waiting.begin(), gone->waiting.end(), std::back_inserter(waiting));
  children_.erase(*gone->stream);
  for (auto& asked : waiting) route(std::move(asked));
  if (leaving_ && children_.size() == 0) actors_->all_stopped();
}

void shard_state::read_has_failed(const read_failed& told) {
  const auto* one = children_.find(told.stream);
  if (!one) return;
  // A query has no command, and its hash is 0.
  observe_parked(one->value.type->name, parking_.failed(told.stream, {"query", {}, 0}, told.what,
                                                        time().now(), with_.chance->next()));
}

void shard_state::answer_what_is_late() {
  with_.gate->expire();
  parking_.sweep(time().now());
}

std::chrono::milliseconds shard_state::looks_for_idle_every() const {
  // Each look wakes a thread. Once a second, in 256 shards, that took 1.6 % of a core.
  constexpr std::chrono::milliseconds longest{10'000};
  return std::clamp(with_.residence.idle_after / 100, std::min(with_.deadline_tick, longest),
                    longest);
}

void shard_state::passivate_idle() {
  const auto now = time().now();
  // Visits enough per call to scan all of them within a tenth of the idle timeout.
  const auto calls =
      std::max<std::int64_t>(1, with_.residence.idle_after / 10 /
                                    std::max(looks_for_idle_every(), std::chrono::milliseconds{1}));
  auto visits = idle_.size() / static_cast<std::size_t>(calls) + 1;
  for (; visits > 0; --visits)
    if (auto* one = idle_.find_idle(now - with_.residence.idle_after, 1))
      passivate(static_cast<child&>(*one));
  lose_weight();
}

void shard_state::lose_weight() {
  const auto now = time().now();
  while (bytes_.overdrawn() && evict_idle(now)) {
  }
}

void shard_state::observe_parked(std::string_view type, set_aside aside) const {
  if (aside == set_aside::none) return;
  with_.gate->watcher().observe({happening::aggregate_parked,
                                 type,
                                 {},
                                 aside == set_aside::command ? "command" : "aggregate"});
}

}  // namespace acta::internal
