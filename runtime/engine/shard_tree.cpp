#include "runtime/engine/shard_tree.hpp"

#include <algorithm>

#include "actors/aggregate/aggregate_actor.hpp"
#include "actors/cache/cache_actor.hpp"
#include "actors/shard/shard_actor.hpp"
#include "actors/shard/unserved_shard_actor.hpp"

namespace acta::internal {

shard_tree::shard_tree(shard_tree_environment with, std::size_t shards, std::uint64_t epoch)
    : with_{std::move(with)},
      views_{with_.how->cache_bytes, shards},
      live_aggregates_{with_.how->live_aggregates, shards, 1},
      live_bytes_{with_.how->live_bytes, shards, least_weight},
      places_(shards) {
  for (std::size_t i = 0; i < shards; ++i) {
    places_[i].name = std::to_string(i);
    places_[i].epoch = epoch;
    places_[i].started = std::make_shared<std::uint64_t>(0);
  }
}

caf::actor shard_tree::start() {
  auto policy = with_.restarts;
  policy.name = "shards";
  policy.strategy = restart_strategy::one_for_one;
  // A shard's own supervisor has tried often enough.
  policy.restarts.intensity = 0;
  std::vector<child_specification> children;
  for (std::size_t i = 0; i < places_.size(); ++i)
    children.push_back({"shard_supervisor", [this, i] { return start_child(i); }});
  return start_supervisor(policy, std::move(children));
}

caf::actor shard_tree::start_supervisor(supervisor_policy policy,
                                        std::vector<child_specification> children) {
  return shell::spawn<supervisor_shell>(*with_.system,
                                        supervisor_parameters{policy, std::move(children)});
}

result<void> shard_tree::start_shard(std::size_t shard, std::uint64_t epoch) {
  const std::lock_guard lock{mutex_};
  auto& at = places_[shard];
  if (at.wanted) return {};
  if (epoch <= at.epoch)
    return error{errc::conflict, "shard " + at.name + " had epoch " + std::to_string(at.epoch) +
                                     ", and cannot begin epoch " + std::to_string(epoch)};
  at.epoch = epoch;
  at.started = std::make_shared<std::uint64_t>(0);
  at.wanted = true;
  // Those who are leaving end by themselves.
  if (!at.served) shell::post(at.child, internal::stop{});
  return {};
}

void shard_tree::stop_shard(std::size_t shard, std::function<void()> stopped) {
  {
    const std::lock_guard lock{mutex_};
    auto& at = places_[shard];
    at.wanted = false;
    if (at.served) {
      at.waiting_for_end.push_back(std::move(stopped));
      // Its supervisor may be waiting before it starts the actors again.
      if (!with_.actors->leave(shard)) shell::post(at.child, internal::stop{});
      return;
    }
  }
  stopped();
}

void shard_tree::has_left(std::size_t index) {
  const std::lock_guard lock{mutex_};
  shell::post(places_[index].child, internal::stop{});
}

caf::actor shard_tree::start_child(std::size_t index) {
  std::unique_lock lock{mutex_};
  auto& at = places_[index];
  const auto stopped = std::exchange(at.waiting_for_end, {});
  with_.actors->vacate(index);
  at.served = at.wanted;
  at.child = at.served ? start_actors_of(index) : start_in_place_of(index);
  auto started = at.child;
  lock.unlock();
  for (const auto& tell : stopped) tell();
  return started;
}

caf::actor shard_tree::start_in_place_of(std::size_t index) {
  const auto late = [this, index] {
    const auto& gate = with_.gates->gate(index);
    gate->expire();
    with_.actors->drop_abandoned(index);
    return gate->anything_outstanding();
  };
  auto started = shell::spawn<unserved_shard_shell>(
      *with_.system, unserved_shard_parameters{late, with_.how->deadline_tick});
  with_.actors->set_stand_in(index, started);
  return started;
}

caf::actor shard_tree::start_actors_of(std::size_t index) {
  auto policy = with_.restarts;
  policy.name = "shard";
  policy.strategy = restart_strategy::rest_for_one;
  const auto away = [this, index](duty what) {
    return [this, index, what] { with_.actors->set_server(index, what, nullptr); };
  };
  return start_supervisor(
      policy, {{"shard", [this, index] { return start_shard_actor(index); }, away(duty::commands)},
               {"cache", [this, index] { return start_cache(index); }, away(duty::reads)}});
}

std::function<void(ticket_ptr)> shard_tree::give_back(std::size_t index, duty what) {
  return [this, index, what](ticket_ptr asked) {
    with_.actors->give_back(index, what, std::move(asked));
  };
}

caf::actor shard_tree::start_shard_actor(std::size_t index) {
  const auto& how = *with_.how;
  shard_parameters with;
  with.start_aggregate =
      [this, journal = with_.actors->journal_actor(), partition = with_.about->partition_of(index)](
          const aggregate_type& type, const stream_id& stream, writer_id writer, caf::actor shard) {
        return shell::spawn<aggregate_shell>(
            *with_.system, aggregate_parameters{with_.aggregates, &type, stream, writer, partition,
                                                journal, std::move(shard)});
      };
  auto& shared = with.shared;
  shared.gate = with_.gates->gate(index);
  shared.chance = with_.restarts.chance;
  {
    const std::lock_guard lock{mutex_};
    shared.epoch = places_[index].epoch;
    shared.started = places_[index].started;
  }
  shared.shard_index = index;
  shared.shard_count = places_.size();
  shared.deadline_tick = how.deadline_tick;
  shared.residence = {how.passivate_after, how.evictable_after};
  shared.live = &live_aggregates_;
  shared.live_bytes = &live_bytes_;
  shared.parking = {{how.aggregate_restart_intensity, how.aggregate_restart_period},
                    how.command_kills,
                    {how.parking_least, how.parking_most}};
  with.give_back = give_back(index, duty::commands);
  with.has_left = [this, index] { has_left(index); };
  auto started = shell::spawn<shard_shell>(*with_.system, std::move(with));
  with_.actors->set_server(index, duty::commands, started);
  return started;
}

caf::actor shard_tree::start_cache(std::size_t index) {
  cache_parameters with;
  with.name = places_[index].name;
  with.index = index;
  with.room = &views_;
  with.shard = with_.actors->shard(index);
  with.give_back = give_back(index, duty::reads);
  with.loads = with_.gates->load_gate(index);
  with.listeners = with_.listeners;
  with.bytes_codec = with_.bytes_codec;
  with.watcher = with_.restarts.watcher;
  with.users = with_.users;
  with.deadline_tick = with_.how->deadline_tick;
  auto started = shell::spawn<cache_shell>(*with_.system, std::move(with));
  with_.actors->set_server(index, duty::reads, started);
  return started;
}

}  // namespace acta::internal
