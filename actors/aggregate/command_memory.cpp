#include "actors/aggregate/command_memory.hpp"

#include <utility>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace {

constexpr std::chrono::seconds between_marks{1};
/// Times of events are of a clock that somebody may set, and one correction may be several steps:
/// so many of them make no command look older than it is.
constexpr std::size_t steps_of_the_clock = 3;

}  // namespace

void command_memory::add(std::string_view command_id, std::uint64_t hash, version at) {
  if (const auto gone = newest_.add(command_id, hash, at)) keep_older(*gone);
}

void command_memory::keep_older(const command_window::remembered& command) {
  if (!begun_ || deliberate::commits("older_commands_forgotten")) return forget_up_to(command.last);
  const passed_command one{hash_of_command_id(command.id.view()), command.last};
  while (!older_.add_newest(one)) {
    dropped_ = true;
    if (older_.empty()) return forget_up_to(command.last);
    forget_up_to(older_.oldest().last);
  }
}

void command_memory::forget_up_to(version last) {
  while (!older_.empty() && older_.oldest().last <= last) older_.drop_oldest();
  forgotten_up_to_ = std::max(forgotten_up_to_, last);
}

void command_memory::begin(time_point now, version current) {
  begun_ = budget_ && budget_->reach().count() > 0;
  renew(now, current);
}

std::optional<command_search> command_memory::search_for(const stream_id& stream,
                                                         std::string_view command_id,
                                                         std::optional<timestamp> since,
                                                         const progress& so_far) const {
  if (!older_.empty())
    if (const auto at = older_.find(hash_of_command_id(command_id), so_far.checked))
      return command_search{stream, std::string{command_id}, *at, timestamp::max()};
  if (!since || forgotten_up_to_ <= so_far.searched || newest_.find(command_id))
    return std::nullopt;
  if (forgotten_up_to_ <= older_up_to_ && older_than_ <= *since) return std::nullopt;
  return command_search{stream, std::string{command_id}, forgotten_up_to_, *since, room()};
}

void command_memory::take(const command_search& search, const search_result& outcome,
                          progress& so_far, time_point now, version current) {
  if (search.since == timestamp::max()) {
    so_far.checked = search.newest;
    return;
  }
  so_far.searched = search.newest;
  add_older(search, outcome, now, current);
}

std::optional<command_search> command_memory::look_back(const stream_id& stream,
                                                        timestamp newest_time) const {
  if (!budget_ || budget_->reach().count() == 0 || forgotten_up_to_ == version{})
    return std::nullopt;
  const bool endless = newest_time < timestamp::min() + budget_->reach();
  return command_search{
      stream,           {},
      forgotten_up_to_, endless ? timestamp::min() : newest_time - budget_->reach(),
      room(),           steps_of_the_clock,
      newest_time};
}

void command_memory::take_look_back(const command_search& search, const search_result& outcome,
                                    timestamp newest_time, time_point now, version current) {
  begin(now, current);
  add_older(search, outcome, now, current);
  // The journal met the end of the reach, or that of the stream, before the room was spent.
  if (forgotten_up_to_ <= outcome.older.value_or(version{})) return;
  // Where this took less than was found, others took the room meanwhile: how old the first one is
  // that it did not take, nobody knows.
  const bool took_all = outcome.left_out && forgotten_up_to_ == outcome.down_to;
  const auto age = took_all ? newest_time - *outcome.left_out : timestamp::duration{0};
  budget_->shrunk_to(
      std::chrono::floor<std::chrono::milliseconds>(std::max(age, timestamp::duration{0})), now);
}

std::size_t command_memory::room() const {
  constexpr std::size_t most = 4'000'000;
  if (!budget_ || budget_->reach().count() == 0) return 0;
  return std::min(most, older_.room());
}

void command_memory::add_older(const command_search& search, const search_result& outcome,
                               time_point now, version current) {
  if (outcome.older) {
    older_up_to_ = *outcome.older;
    older_than_ = search.since;
  }
  // Some may have been forgotten since that are newer than where the search began.
  if (!begun_ || search.newest < forgotten_up_to_) return;
  renew(now, current);
  for (const auto& one : outcome.passed) {
    if (one.last > forgotten_up_to_) continue;
    // None is forgotten that was known: what finds no room here is older than all of it.
    if (!older_.add_oldest(one)) return;
    // Between it and the next one nothing led to a version.
    forgotten_up_to_ = {one.last.value - 1};
  }
  forgotten_up_to_ = std::min(forgotten_up_to_, outcome.down_to);
}

void command_memory::renew(time_point now, version current) {
  marks_.clear();
  marks_.push_back({now, current});
}

void command_memory::pass_time(time_point now, version current) {
  if (!begun_) return;
  if (marks_.empty() || now - marks_.back().at >= between_marks)
    marks_.push_back({now, current});
  else
    marks_.back().last = current;
  while (now - marks_.front().at > budget_->reach() + between_marks) {
    while (!older_.empty() && older_.oldest().last <= marks_.front().last)
      forget_up_to(older_.oldest().last);
    marks_.pop_front();
  }
  if (std::exchange(dropped_, false)) budget_->shrunk_to(age_of_forgotten(now), now);
  older_.shrink();
}

std::chrono::milliseconds command_memory::age_of_forgotten(time_point now) {
  while (marks_.size() > 1 && marks_.front().last < forgotten_up_to_) marks_.pop_front();
  const auto least = now - marks_.front().at - between_marks;
  return std::max(std::chrono::floor<std::chrono::milliseconds>(least),
                  std::chrono::milliseconds{0});
}

void command_memory::restore(command_window::saved from) {
  newest_.restore(std::move(from));
  if (const auto before = newest_.before_the_oldest()) forgotten_up_to_ = *before;
}

}  // namespace acta::internal
