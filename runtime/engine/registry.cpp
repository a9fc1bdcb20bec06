#include "runtime/engine/registry.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

std::vector<registry::entry> registry::place::take_all() {
  auto all = std::exchange(returned, {});
  std::move(waiting.begin(), waiting.end(), std::back_inserter(all));
  waiting.clear();
  return all;
}

error registry::refusal(const place& at) {
  return at.refused_with.value_or(error{errc::unavailable, "a part of the node is being started"});
}

void registry::keep(place& at, list_of list, duty what, const ticket_ptr& asked) {
  const std::lock_guard lock{lists_};
  if (at.nothing_waits()) shell::post(at.stand_in, request_waits{});
  (at.*list).push_back({what, asked});
}

void registry::give_back(std::size_t shard, duty what, ticket_ptr asked) {
  if (asked->abandoned()) return;
  std::optional<error> why;
  {
    const std::shared_lock lock{mutex_};
    auto& at = places_[shard];
    if (refuses(at, what))
      why = refusal(at);
    else
      pass(at, &place::returned, what, asked);
  }
  if (why) asked->answer(*std::move(why));
}

void registry::withdraw(std::size_t shard, const ticket_ptr& left) {
  {
    const std::shared_lock lock{mutex_};
    auto& at = places_[shard];
    if (at.is == standing::served) return shell::post(at.reads, withdrawn{left});
    const std::lock_guard lists{lists_};
    const auto is_left = [&](const entry& one) { return one.asked == left; };
    std::erase_if(at.returned, is_left);
    std::erase_if(at.waiting, is_left);
  }
  // Its actors may hold it still: they find that it was answered.
  left->answer(caller_left());
}

void registry::drop_abandoned(std::size_t shard) {
  std::vector<entry> gone;
  const std::unique_lock lock{mutex_};
  auto& at = places_[shard];
  for (auto* list : {&at.returned, &at.waiting}) {
    const auto first = std::stable_partition(
        list->begin(), list->end(), [](const entry& one) { return !one.asked->abandoned(); });
    std::move(first, list->end(), std::back_inserter(gone));
    list->erase(first, list->end());
  }
}

void registry::set_server(std::size_t shard, duty what, caf::actor by) {
  // Kept until the lock is gone: if an actor has ended, what is sent to it answers for itself.
  std::vector<entry> sent;
  {
    const std::unique_lock lock{mutex_};
    if (closed_) return;
    auto& at = places_[shard];
    (what == duty::commands ? at.commands : at.reads) = std::move(by);
    if (at.is == standing::leaving && what == duty::reads) shell::post(at.reads, stop{});
    if (at.is == standing::vacant && at.staffed()) {
      at.is = standing::served;
      at.refused_with.reset();
      sent = at.take_all();
      for (const auto& [of, asked] : sent) shell::post(at.by(of), admitted{asked});
    }
  }
  changed_.notify_all();
}

bool registry::leave(std::size_t shard) {
  const std::unique_lock lock{mutex_};
  auto& at = places_[shard];
  if (!closed_ && at.is != standing::leaving) {
    if (!deliberate::commits("shard_served_twice")) at.is = standing::leaving;
    // One for reads that has ended loads nothing any more.
    shell::post(at.reads ? at.reads : at.commands, stop{});
  }
  return static_cast<bool>(at.commands);
}

void registry::vacate(std::size_t shard) {
  const std::unique_lock lock{mutex_};
  auto& at = places_[shard];
  at.commands = at.reads = at.stand_in = nullptr;
  if (at.is == standing::leaving) at.is = standing::vacant;
}

void registry::set_stand_in(std::size_t shard, caf::actor by) {
  const std::unique_lock lock{mutex_};
  auto& at = places_[shard];
  at.stand_in = std::move(by);
  if (!at.nothing_waits()) shell::post(at.stand_in, request_waits{});
}

std::vector<registry::entry> registry::refuse(place& at, const error& why) {
  at.refused_with = why;
  return at.take_all();
}

void registry::answer_all(const std::vector<entry>& all, const error& why) {
  for (const auto& one : all) one.asked->answer(why);
}

void registry::refuse(std::size_t shard, const error& why) {
  std::vector<entry> all;
  {
    const std::unique_lock lock{mutex_};
    if (!closed_) all = refuse(places_[shard], why);
  }
  answer_all(all, why);
}

void registry::close(const error& why) {
  std::vector<entry> all;
  {
    const std::unique_lock lock{mutex_};
    closed_ = true;
    for (auto& at : places_) {
      auto some = refuse(at, why);
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
  }
  answer_all(all, why);
}

void registry::forget_servers() {
  const std::unique_lock lock{mutex_};
  for (auto& at : places_) at.commands = at.reads = at.stand_in = nullptr;
}

caf::actor registry::server(std::size_t shard, duty what) const {
  const std::shared_lock lock{mutex_};
  return places_[shard].by(what);
}

void registry::wait_for_shards(const std::atomic<bool>& failed) const {
  constexpr std::chrono::milliseconds look_again{10};  // nobody wakes us when all have failed
  std::shared_lock lock{mutex_};
  const auto over = [&] {
    return failed || std::all_of(places_.begin(), places_.end(),
                                 [](const place& at) { return at.staffed(); });
  };
  while (!changed_.wait_for(lock, look_again, over)) {
  }
}

void registry::set_metrics(caf::actor metrics) {
  const std::unique_lock lock{mutex_};
  metrics_ = std::move(metrics);
}

void registry::set_journal(caf::actor journal) {
  const std::unique_lock lock{mutex_};
  journal_ = std::move(journal);
}

caf::actor registry::metrics_actor() const {
  const std::shared_lock lock{mutex_};
  return metrics_;
}

caf::actor registry::journal_actor() const {
  const std::shared_lock lock{mutex_};
  return journal_;
}

}  // namespace acta::internal
