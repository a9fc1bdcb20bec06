#include "actors/cache/cache_state.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

std::optional<view_load> cache_state::read(ticket_ptr asked) {
  if (asked->abandoned()) return {};
  const auto& request = asked->request;
  const auto& stream = request.append.stream;
  const auto* held = views_.visit(stream);
  if (held && version_of(*held) >= request.at_least) {
    ++counts_.hits;
    if (request.trace) request.trace->note({"acta.cache", std::string{"hit"}});
    asked->answer(*held, answers_);
    return {};
  }
  ++counts_.misses;
  const auto place = pending_.try_emplace(stream).first;
  auto& those = place->second;
  those.type = request.type;
  if (held) those.known = version_of(*held);
  if (those.generation) ++counts_.coalesced;
  if (request.trace) {
    request.trace->note({"acta.cache", std::string{those.generation ? "joined" : "miss"}});
    if (!those.wanted_by.decided)
      those.wanted_by = {true, request.trace->context(), request.trace->time()};
  }
  const auto floor = std::max(those.known.value_or(version{}), request.at_least);
  readers_.add(those.waiting, std::move(asked), floor);
  return go_on(place);
}

std::optional<view_load> cache_state::take(const commit& news) {
  const auto* held = views_.find(news.stream);
  if (held && (!news.now || version_of(*held) < *news.now)) views_.erase(news.stream);
  const auto place = pending_.find(news.stream);
  if (place == pending_.end()) return {};
  auto& those = place->second;
  if (news.now) {
    those.known = std::max(those.known.value_or(version{}), *news.now);
  } else {
    those.known.reset();
    those.generation = 0;
  }
  return go_on(place);
}

std::optional<view_load> cache_state::fill(const loaded& brought, std::size_t bytes) {
  const auto place = pending_.find(brought.stream);
  if (place == pending_.end() || place->second.generation != brought.generation) {
    ++counts_.late_fills;
    if (deliberate::commits("cache_stores_a_late_fill"))
      views_.put(brought.stream, brought.found, bytes);
    return {};
  }
  auto& those = place->second;
  those.generation = 0;
  const auto& found = brought.found;
  if (!found.ok() && found.error().code != errc::not_found) {
    readers_.answer(those.waiting, found, answers_, {}, brought.span);
    return go_on(place);
  }
  const auto at = version_of(found);
  those.known = std::max(those.known.value_or(version{}), at);
  if (those.known == at) views_.put(brought.stream, found, bytes);
  readers_.answer(those.waiting, found, answers_, at, brought.span);
  return go_on(place);
}

std::optional<view_load> cache_state::go_on(pending_table::iterator place) {
  auto& [stream, those] = *place;
  if (those.generation) return {};
  readers_.answer_left(those.waiting, answers_);
  if (load_can_help(those)) {
    those.generation = ++generation_;
    return view_load{those.type, stream, those.generation, std::exchange(those.wanted_by, {})};
  }
  give_up(those);
  if (those.waiting.empty()) pending_.erase(place);
  return {};
}

void cache_state::give_up(pending& those) {
  if (commits_may_come_ || those.generation || load_can_help(those)) return;
  readers_.answer(
      those.waiting,
      error{errc::shutting_down, "the node ends, and no command will bring this version"},
      answers_);
}

void cache_state::withdraw(const ticket& left) {
  const auto place = pending_.find(left.request.append.stream);
  if (place == pending_.end() || deliberate::commits("left_reader_keeps_its_place")) return;
  auto& those = place->second;
  // What the load under way brings may be what it waits for.
  if (!readers_.withdraw(those.waiting, left) || those.generation) return;
  readers_.answer_left(those.waiting, answers_);
  if (those.waiting.empty()) pending_.erase(place);
}

std::vector<ticket_ptr> cache_state::leave() {
  std::vector<ticket_ptr> waiting;
  for (auto& [stream, those] : pending_)
    for (auto& asked : readers_.take(those.waiting, answers_)) waiting.push_back(std::move(asked));
  pending_.clear();
  views_.clear();
  return waiting;
}

void cache_state::expect_no_commit() {
  // Who comes later is told when it comes.
  if (!std::exchange(commits_may_come_, false)) return;
  for (auto place = pending_.begin(); place != pending_.end();) {
    auto& those = place->second;
    give_up(those);
    const bool over = those.waiting.empty() && !those.generation;
    place = over ? pending_.erase(place) : std::next(place);
  }
}

void cache_state::drop_abandoned(waiting_readers::time_point now) {
  for (const auto& late : readers_.late(now)) {
    const auto place = pending_.find(late->request.append.stream);
    auto& those = place->second;
    readers_.drop(those.waiting, *late);
    if (those.waiting.empty() && !those.generation) pending_.erase(place);
  }
}

cache_counts cache_state::counts() const {
  auto all = counts_;
  all.evictions = views_.evictions();
  return all;
}

}  // namespace acta::internal
