#include "runtime/schedule/agenda.hpp"

#include <algorithm>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/due_text.hpp"

namespace acta::internal {

namespace {

constexpr std::chrono::milliseconds least_back_off{100};
constexpr std::chrono::milliseconds most_back_off{60'000};

}  // namespace

std::string command_id_of(const entry_key& key, timestamp due) {
  if (deliberate::commits("due_fired_again_after_restart")) {
    static int sent = 0;
    return "fault/" + std::to_string(key.number) + "/" + std::to_string(++sent);
  }
  return std::string{schedule_type} + "/" + std::to_string(key.book) + "/" +
         std::to_string(key.number) + "/" + to_due(due);
}

std::string agenda::target_of(const item& of) {
  return of.entry.plan.aggregate + "/" + of.entry.plan.id;
}

void agenda::put(const entry_key& key, const schedule_entry& entry, std::optional<timing> when) {
  auto& of = items_[key];
  of.entry = entry;
  of.when = std::move(when);
  of.over = false;
  // What was sent goes on; what only waits is judged anew.
  if (of.at == stage::sent || of.at == stage::recording) return;
  leave_queues(key, of);
  wait_for_next(key, of);
}

void agenda::remove(const entry_key& key) {
  const auto found = items_.find(key);
  if (found == items_.end()) return;
  auto& of = found->second;
  if (of.at == stage::sent && of.retry_at) {
    retries_.erase({*of.retry_at, key});
    --under_way_;
    free_line(of);
  } else if (of.at == stage::sent || of.at == stage::recording) {
    of.over = true;
    return;
  }
  leave_queues(key, of);
  items_.erase(found);
}

const schedule_entry* agenda::find(const entry_key& key) const {
  const auto found = items_.find(key);
  return found == items_.end() || found->second.over ? nullptr : &found->second.entry;
}

void agenda::wait_for_next(const entry_key& key, item& of) {
  of.at = stage::idle;
  if (of.entry.paused || !of.when) return;
  if (of.entry.once() && of.entry.last) return;
  // Of a one-shot the time may lie before it was added.
  auto after = of.entry.once() ? timestamp::min() : of.entry.since;
  if (of.entry.last) after = std::max(after, *of.entry.last);
  const auto next = of.when->next(after);
  if (!next) return;
  of.at = stage::waiting;
  of.came = {*next, {}, {}, {}, false};
  heap_.emplace(*next, key);
}

void agenda::leave_queues(const entry_key& key, item& of) {
  if (of.at == stage::waiting) heap_.erase({of.came.due, key});
  if (of.at == stage::in_line) {
    const auto found = lines_.find(target_of(of));
    if (found != lines_.end()) found->second.queue.erase({of.came.due, key});
  }
  of.at = stage::idle;
}

void agenda::take_up(const entry_key& key, item& of, timestamp now, std::vector<step>& into) {
  const auto first = of.came.due;
  const auto is_missed = [now](timestamp due) { return now - due > missed_after; };
  bool skipped = false;
  if (of.entry.plan.missed == missed_times::each) {
    of.came.made_up = is_missed(first);
    if (of.came.made_up && of.entry.made_up >= most_made_up) {
      of.came = {of.when->last(first, now).value_or(first), "given_up",
                 std::to_string(most_made_up) + " missed times were made up, the others are not",
                 first, false};
      skipped = true;
    }
  } else {
    const auto newest = of.when->last(first, now).value_or(first);
    if (newest != first) of.came.passed_over_from = first;
    of.came.due = newest;
    skipped = of.entry.plan.missed == missed_times::skip && is_missed(newest);
    if (skipped) of.came.outcome = "skipped";
    of.came.made_up = is_missed(newest) && !skipped;
  }
  if (!skipped) return enter_line(key, of);
  of.at = stage::recording;
  into.push_back({step::kind::record, key, of.came});
}

void agenda::enter_line(const entry_key& key, item& of) {
  of.at = stage::in_line;
  auto& its = lines_[target_of(of)];
  if (!its.busy && its.queue.empty()) ready_.push_back(target_of(of));
  its.queue.emplace(of.came.due, key);
}

void agenda::free_line(const item& of) {
  const auto found = lines_.find(target_of(of));
  if (found == lines_.end()) return;
  found->second.busy = false;
  if (found->second.queue.empty())
    lines_.erase(found);
  else
    ready_.push_back(found->first);
}

std::vector<agenda::step> agenda::take(instant now) {
  std::vector<step> all;
  if (deliberate::commits("clock_step_back_fires_again") && now.wall < newest_wall_)
    for (auto& [key, of] : items_)
      if (of.at == stage::waiting && of.entry.last > now.wall) {
        of.entry.last = now.wall;
        put(key, schedule_entry{of.entry}, of.when);
      }
  newest_wall_ = now.wall;
  while (!retries_.empty() && retries_.begin()->first <= now.mono) {
    const auto key = retries_.begin()->second;
    retries_.erase(retries_.begin());
    auto& of = items_.at(key);
    of.retry_at.reset();
    all.push_back({of.at == stage::sent ? step::kind::send : step::kind::record, key, of.came});
  }
  while (!heap_.empty() && heap_.begin()->first <= now.wall) {
    const auto key = heap_.begin()->second;
    heap_.erase(heap_.begin());
    take_up(key, items_.at(key), now.wall, all);
  }
  while (under_way_ < most_ && !ready_.empty()) {
    const auto target = std::move(ready_.front());
    ready_.pop_front();
    const auto found = lines_.find(target);
    if (found == lines_.end() || found->second.busy) continue;
    auto& its = found->second;
    if (its.queue.empty()) {
      lines_.erase(found);
      continue;
    }
    const auto key = its.queue.begin()->second;
    its.queue.erase(its.queue.begin());
    its.busy = true;
    auto& of = items_.at(key);
    of.at = stage::sent;
    ++under_way_;
    all.push_back({step::kind::send, key, of.came});
  }
  return all;
}

std::optional<std::chrono::nanoseconds> agenda::next_in(instant now) const {
  std::optional<std::chrono::nanoseconds> wait;
  const auto earlier = [&wait](std::chrono::nanoseconds in) {
    in = std::max(in, std::chrono::nanoseconds{0});
    wait = wait ? std::min(*wait, in) : in;
  };
  // Years do not fit into nanoseconds.
  constexpr std::chrono::microseconds longest = std::chrono::hours{24};
  if (!heap_.empty()) earlier(std::min(heap_.begin()->first - now.wall, longest));
  if (!retries_.empty()) earlier(retries_.begin()->first - now.mono);
  if (!ready_.empty() && under_way_ < most_) earlier({});
  return wait;
}

std::optional<agenda::step> agenda::answered(const entry_key& key, std::string outcome,
                                             std::string detail) {
  const auto found = items_.find(key);
  if (found == items_.end() || found->second.at != stage::sent) return std::nullopt;
  auto& of = found->second;
  of.back_off = {};
  of.came.outcome = std::move(outcome);
  of.came.detail = std::move(detail);
  if (of.over) {
    --under_way_;
    free_line(of);
    items_.erase(found);
    return std::nullopt;
  }
  of.at = stage::recording;
  return step{step::kind::record, key, of.came};
}

std::optional<schedule_entry> agenda::recorded(const entry_key& key) {
  const auto found = items_.find(key);
  if (found == items_.end() || found->second.at != stage::recording) return std::nullopt;
  auto& of = found->second;
  of.back_off = {};
  // What was skipped was in no line.
  if (of.came.outcome != "skipped" && of.came.outcome != "given_up") {
    --under_way_;
    free_line(of);
  }
  settle(of.entry, of.came);
  std::optional<schedule_entry> ended;
  if (of.over || of.entry.once()) {
    if (!of.over) ended = std::move(of.entry);
    items_.erase(found);
  } else {
    wait_for_next(key, of);
  }
  return ended;
}

void agenda::retry(const entry_key& key, instant now) {
  const auto found = items_.find(key);
  if (found == items_.end()) return;
  auto& of = found->second;
  if (of.at != stage::sent && of.at != stage::recording) return;
  of.back_off = std::clamp(2 * of.back_off, least_back_off, most_back_off);
  of.retry_at = now.mono + of.back_off;
  retries_.emplace(*of.retry_at, key);
}

std::vector<timestamp> agenda::next_of(const entry_key& key, std::size_t most) const {
  std::vector<timestamp> all;
  const auto found = items_.find(key);
  if (found == items_.end() || found->second.over) return all;
  const auto& of = found->second;
  if (of.at == stage::idle) return all;
  for (std::optional<timestamp> at = of.came.due; at && all.size() < most; at = of.when->next(*at))
    all.push_back(*at);
  return all;
}

bool agenda::under_way(const entry_key& key) const {
  const auto found = items_.find(key);
  return found != items_.end() && found->second.at != stage::idle &&
         found->second.at != stage::waiting;
}

}  // namespace acta::internal
