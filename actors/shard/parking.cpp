#include "actors/shard/parking.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

error set_aside_error(const char* what, std::size_t failures) {
  return {errc::unavailable, std::string{what} + " failed " + std::to_string(failures) +
                                 " times and is set aside for a while"};
}

}  // namespace

void parking::hold_back(ward& which, time_point now, std::uint64_t chance) const {
  which.until = now + policy_.delay.delay(++which.attempts, chance);
}

parking::killer& parking::find_or_add(record& of, const command_identity& name) {
  const auto found = std::find_if(of.killers.begin(), of.killers.end(),
                                  [&](const killer& one) { return one.name.hash == name.hash; });
  if (found != of.killers.end()) return *found;
  return of.killers.emplace_back(killer{name, {}});
}

set_aside parking::blame(record& of, const command_identity& name, const std::string& why,
                         time_point now, std::uint64_t chance) const {
  auto& by = find_or_add(of, name);
  by.name = name;
  by.held.reason = why;
  if (++by.held.failures < policy_.kills) return set_aside::none;
  hold_back(by.held, now, chance);
  return set_aside::command;
}

set_aside parking::failed(const stream_id& stream, const command_identity& which,
                          const std::string& why, time_point now, std::uint64_t chance) {
  auto& one = records_.try_emplace(stream, policy_.restarts).first->second;
  one.last = now;
  return blame(one, which, why, now, chance);
}

set_aside parking::died(const stream_id& stream, const aggregate_failure& why, time_point now,
                        std::uint64_t chance) {
  auto& one = records_.try_emplace(stream, policy_.restarts).first->second;
  one.last = now;
  auto aside = set_aside::none;
  if (why.command) aside = blame(one, *why.command, why.what, now, chance);
  ++one.held.failures;
  one.held.reason = why.what;
  // Once it was set aside, one more death is enough: it was tried again and has not got better.
  if (!one.deaths.spend(now) || why.unrecoverable || one.held.attempts > 0) {
    hold_back(one.held, now, chance);
    aside = set_aside::aggregate;
  }
  return aside;
}

std::optional<error> parking::check(const stream_id& stream, std::uint64_t command_hash,
                                    time_point now) const {
  const auto found = records_.find(stream);
  if (found == records_.end()) return std::nullopt;
  const auto& [deaths, held, killers, last] = found->second;
  if (now < held.until) return set_aside_error("this aggregate", held.failures);
  for (const auto& one : killers)
    if (one.name.hash == command_hash && now < one.held.until)
      return set_aside_error(one.name.hash == 0 ? "reading this aggregate" : "this command",
                             one.held.failures);
  return std::nullopt;
}

bool parking::calm(const record& one, time_point now) const {
  // Twice the longest wait: what fails again as soon as it is tried must find its record.
  const auto quiet = std::max(policy_.restarts.period, 2 * policy_.delay.most);
  return now - one.last > quiet && now >= one.held.until &&
         std::all_of(one.killers.begin(), one.killers.end(),
                     [now](const killer& by) { return now >= by.held.until; });
}

void parking::sweep(time_point now) {
  std::erase_if(records_, [&](const auto& one) { return calm(one.second, now); });
}

std::vector<parked> parking::list(time_point now, timestamp wall) const {
  std::vector<parked> all;
  const auto add = [&](const stream_id& stream, const command_identity& name, const ward& held) {
    if (now >= held.until) return;
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(held.until - now);
    all.push_back({stream, name.command, name.command_id, wall + left, held.failures, held.reason});
  };
  for (const auto& [stream, one] : records_) {
    add(stream, {}, one.held);
    for (const auto& by : one.killers) add(stream, by.name, by.held);
  }
  return all;
}

}  // namespace acta::internal
