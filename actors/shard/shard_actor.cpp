#include "actors/shard/shard_actor.hpp"

#include <iterator>

namespace acta::internal {

shard_shell::shard_shell(shell::self_ptr self, shard_parameters with)
    : self_{self}, with_{std::move(with)}, parking_{with_.parking} {}

shard_shell::~shard_shell() {
  children_.for_each([](const auto& one) { shell::end(one.value.actor); });
}

caf::behavior shard_shell::make_behavior() {
  shell::install_handlers(self_);
  self_->set_down_handler([this](const caf::down_msg& ended) { child_ended(ended); });
  shell::post_to_self_after(self_, with_.deadline_tick, tick{});
  return {
      [this](admitted& asked) { route(std::move(asked.ticket)); },
      [this](const ending& told) {
        const auto found = by_actor_.find(told.who);
        if (found != by_actor_.end() && !found->second->leaving) let_go(*found->second);
      },
      [this](handed_back& what) { take_back(what); },
      [this](const read_failed& told) { read_has_failed(told); },
      [this](const list_parked& asked) { show_parked(asked); },
      [this](tick&) {
        look_around();
        shell::post_to_self_after(self_, with_.deadline_tick, tick{});
      },
  };
}

void shard_shell::look_around() {
  with_.gate->expire();
  const auto now = time().now();
  parking_.sweep(now);
  // So many at a time that in a tenth of the idle time all have been looked at.
  const auto ticks =
      std::max<std::int64_t>(1, with_.residence.idle_after / 10 /
                                    std::max(with_.deadline_tick, std::chrono::milliseconds{1}));
  auto looks = idle_.size() / static_cast<std::size_t>(ticks) + 1;
  for (; looks > 0; --looks)
    if (auto* one = idle_.find_idle(now - with_.residence.idle_after, 1))
      passivate(static_cast<child&>(*one));
}

void shard_shell::route(ticket_ptr asked) {
  if (asked->abandoned()) return;
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

void shard_shell::hand_on(child& to, ticket_ptr asked) {
  if (to.leaving) return to.waiting.push_back(std::move(asked));
  shell::post(self_, to.actor, admitted{std::move(asked)});
}

shard_shell::child* shard_shell::find_or_start(const ticket_ptr& asked, time_point now) {
  if (auto* found = children_.find(asked->request.append.stream)) return &found->value;
  if (make_room(now)) return &start(asked->request);
  asked->answer(error{errc::overloaded, "too many aggregates are in use here at once"});
  return nullptr;
}

bool shard_shell::make_room(time_point now) {
  if (idle_.size() < with_.residence.most) return true;
  auto* idle = idle_.find_idle(now - with_.residence.evictable_after, idle_.size());
  if (idle) passivate(static_cast<child&>(*idle));
  return idle != nullptr;
}

shard_shell::child& shard_shell::start(const request& asked) {
  const auto& stream = asked.append.stream;
  const writer_id writer{with_.epoch, ++*with_.started * with_.shard_count + with_.shard_index};
  auto& [kept, made] = children_.find_or_add(stream);
  made.actor =
      with_.start_aggregate(*asked.type, stream, writer, caf::actor_cast<caf::actor>(self_));
  made.type = asked.type;
  made.stream = &kept;
  made.writer = writer;
  self_->monitor(made.actor);
  by_actor_.emplace(made.actor.id(), &made);
  idle_.add(made);
  return made;
}

void shard_shell::let_go(child& one) {
  one.leaving = true;
  idle_.remove(one);
  shell::post(self_, one.actor, leave{});
}

void shard_shell::take_back(handed_back& what) {
  const auto found = by_actor_.find(what.who);
  if (found == by_actor_.end()) return route(std::move(what.ticket));
  found->second->returned.push_back(std::move(what.ticket));
}

void shard_shell::passivate(child& one) {
  let_go(one);
  with_.gate->watcher().observe({happening::aggregate_passivated, one.type->name});
}

void shard_shell::child_ended(const caf::down_msg& ended) {
  const auto found = by_actor_.find(ended.source.id());
  if (found == by_actor_.end()) return;
  auto* gone = found->second;
  by_actor_.erase(found);
  if (!gone->leaving) idle_.remove(*gone);
  with_.gate->watcher().observe(
      {happening::aggregate_stopped, gone->type->name, {}, ended.reason ? "failed" : "ended"});
  if (ended.reason) child_failed(*gone, ended.reason);
  auto waiting = std::move(gone->returned);
  std::move(gone->waiting.begin(), gone->waiting.end(), std::back_inserter(waiting));
  children_.erase(*gone->stream);
  for (auto& asked : waiting) route(std::move(asked));
}

void shard_shell::child_failed(const child& one, const caf::error& reason) {
  const auto* told = shell::failure_in<aggregate_failure>(reason);
  const auto why = told ? *told : aggregate_failure{std::nullopt, false, to_string(reason)};
  observe_parked(one.type->name,
                 parking_.died(*one.stream, why, time().now(), with_.chance->next()));
}

void shard_shell::read_has_failed(const read_failed& told) {
  const auto* one = children_.find(told.stream);
  if (!one) return;
  // A query has no command, and its hash is 0.
  observe_parked(one->value.type->name, parking_.failed(told.stream, {"query", {}, 0}, told.what,
                                                        time().now(), with_.chance->next()));
}

void shard_shell::observe_parked(std::string_view type, set_aside aside) const {
  if (aside == set_aside::none) return;
  with_.gate->watcher().observe({happening::aggregate_parked,
                                 type,
                                 {},
                                 aside == set_aside::command ? "command" : "aggregate"});
}

void shard_shell::show_parked(const list_parked& asked) const {
  asked.done(parking_.list(time().now(), time().wall()));
}

}  // namespace acta::internal
