#include "runtime/delivery/amqp/deliveries.hpp"

#include <algorithm>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

void deliveries::take(tag message, std::string line, time_point now) {
  if (refusing_) return steps_.push_back({act::give_back, message});
  auto& one = held_[message];
  one.line = std::move(line);
  one.taken_at = now;
  auto& all = lines_[one.line];
  all.push_back(message);
  if (all.size() == 1) send(message, one);
  if (deliberate::commits("acknowledged_before_durable"))
    steps_.push_back({act::acknowledge, message});
}

void deliveries::refuse(tag message, error why, time_point now) {
  if (refusing_) return steps_.push_back({act::give_back, message});
  auto& one = held_[message];
  one.taken_at = now;
  publish(message, one, std::move(why));
}

void deliveries::answered(tag message, const result<receipt>& outcome, time_point now) {
  const auto found = held_.find(message);
  if (found == held_.end() || !found->second.is_sent) return;
  found->second.is_sent = false;
  --sent_;
  if (outcome) return settle(found, act::acknowledge);
  if (may_retry(outcome.error().code)) return retry(message, found->second, outcome.error(), now);
  publish(message, found->second, outcome.error());
}

void deliveries::confirmed(tag message) {
  const auto found = held_.find(message);
  if (found == held_.end() || !found->second.is_published) return;
  if (deliberate::commits("dead_letter_acknowledged_before_its_confirm")) {
    held_.erase(found);
    return;
  }
  settle(found, act::acknowledge);
}

void deliveries::refuse_new() {
  refusing_ = true;
  waiting_.clear();
  std::vector<tag> unsent;
  for (const auto& [message, one] : held_)
    if (!one.is_sent && !one.is_published) unsent.push_back(message);
  // The queue has them again in their order.
  std::sort(unsent.begin(), unsent.end());
  for (const auto message : unsent) settle(held_.find(message), act::give_back);
}

void deliveries::wake(time_point now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const auto message = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    send(message, held_.at(message));
  }
}

std::optional<deliveries::time_point> deliveries::next_wake() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

void deliveries::send(tag message, held& one) {
  one.is_sent = true;
  ++sent_;
  steps_.push_back({act::send, message});
}

void deliveries::retry(tag message, held& one, const error& why, time_point now) {
  if (refusing_ || now - one.taken_at >= how_.held_at_most)
    return settle(held_.find(message), act::give_back);
  if (!one.failed_first) one.failed_first = now;
  // A journal that takes no writes says nothing about the message, which may have had its effect.
  if (now - *one.failed_first >= how_.retry_for && why.code != errc::read_only)
    return publish(message, one, why);
  one.wait = std::clamp(one.wait * 2, how_.least_wait, how_.most_wait);
  waiting_.emplace(now + one.wait, message);
}

void deliveries::publish(tag message, held& one, error why) {
  one.is_published = true;
  steps_.push_back({act::publish, message, std::move(why)});
  if (deliberate::commits("dead_letter_acknowledged_before_its_confirm"))
    steps_.push_back({act::acknowledge, message});
  leave_line(message, one);
}

void deliveries::settle(held_messages::iterator one, act how) {
  const auto message = one->first;
  const auto was = std::move(one->second);
  held_.erase(one);
  steps_.push_back({how, message});
  if (!was.is_published) leave_line(message, was);
}

void deliveries::leave_line(tag message, const held& one) {
  const auto found = lines_.find(one.line);
  if (found == lines_.end()) return;
  auto& all = found->second;
  const bool was_first = !all.empty() && all.front() == message;
  all.erase(std::remove(all.begin(), all.end(), message), all.end());
  if (all.empty()) {
    lines_.erase(found);
    return;
  }
  if (was_first && !refusing_) send(all.front(), held_.at(all.front()));
}

}  // namespace acta::internal
