#include "actors/cache/waiting_readers.hpp"

#include <utility>

namespace acta::internal {

void waiting_readers::add(line& to, ticket_ptr asked, version floor) {
  const auto one = to.staying_.emplace(floor, reader{});
  auto& added = one->second;
  added.ticket = std::move(asked);
  places_.emplace(added.ticket.get(), one);
  deadlines_.add(added, added.ticket->request.deadline);
}

waiting_readers::by_floor::iterator waiting_readers::erase(by_floor& from, by_floor::iterator one) {
  places_.erase(one->second.ticket.get());
  deadlines_.remove(one->second);
  return from.erase(one);
}

void waiting_readers::answer(line& of, const found_view& found, answer_batch& leaving,
                             std::optional<version> up_to, const span_context& load) {
  for (auto* those : {&of.leaving_, &of.staying_})
    for (auto one = those->begin(); one != those->end(); one = erase(*those, one)) {
      ++visited_;
      if (up_to && one->first > *up_to) break;
      if (auto* trace = one->second.ticket->request.trace.get(); trace && load.valid())
        trace->link(load);
      one->second.ticket->answer(found, leaving);
    }
}

bool waiting_readers::withdraw(line& of, const ticket& left) {
  const auto place = places_.find(&left);
  if (place == places_.end()) return false;
  if (std::exchange(place->second->second.left, true)) return true;
  // The reader itself stays where it is, and so does its deadline.
  place->second = of.leaving_.insert(of.staying_.extract(place->second));
  return true;
}

void waiting_readers::answer_left(line& of, answer_batch& leaving) {
  for (auto one = of.leaving_.begin(); one != of.leaving_.end(); one = erase(of.leaving_, one))
    one->second.ticket->answer(caller_left(), leaving);
}

std::vector<ticket_ptr> waiting_readers::take(line& of, answer_batch& leaving) {
  answer_left(of, leaving);
  std::vector<ticket_ptr> all;
  for (auto one = of.staying_.begin(); one != of.staying_.end(); one = erase(of.staying_, one))
    all.push_back(one->second.ticket);
  return all;
}

std::vector<ticket_ptr> waiting_readers::late(time_point now) {
  std::vector<ticket_ptr> found;
  deadlines_.for_each_due(now, [&](wheel_item& one) {
    ++visited_;
    found.push_back(static_cast<reader&>(one).ticket);
  });
  for (const auto& one : found) one->abandon(errc::deadline_exceeded);
  return found;
}

void waiting_readers::drop(line& of, const ticket& which) {
  const auto place = places_.find(&which);
  if (place == places_.end()) return;
  const auto one = place->second;
  erase(one->second.left ? of.leaving_ : of.staying_, one);
}

}  // namespace acta::internal
