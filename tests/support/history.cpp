#include "tests/support/history.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace acta::testing {

history::call_id history::sends(stream_id stream, std::string command_id, decider decide_again,
                                sender from) {
  const auto call = ++now_;
  commands_[call] = {
      std::move(stream), std::move(command_id), std::move(decide_again), from, call, 0, {}};
  return call;
}

history::call_id history::sends(stream_id stream, std::string command_id,
                                std::vector<new_event> events, sender from) {
  return sends(
      std::move(stream), std::move(command_id), [events](const auto&) { return events; }, from);
}

history::call_id history::reads(stream_id stream) {
  const auto call = ++now_;
  reads_[call] = {std::move(stream), call, 0, {}};
  return call;
}

void history::answered(call_id call, result<acknowledgement> what) {
  auto& asked = commands_.at(call);
  asked.ended = ++now_;
  asked.answers.push_back(std::move(what));
}

void history::answered(call_id call, result<seen_view> what) {
  auto& asked = reads_.at(call);
  asked.ended = ++now_;
  asked.answers.push_back(std::move(what));
}

void history::shown(recorded_event event) { shown_.push_back(std::move(event)); }

namespace {

using command_call = history::command_call;
using read_call = history::read_call;

std::string number(std::uint64_t n) { return std::to_string(n); }

/// All calls of one command, and the events that bear its id.
struct effect {
  stream_id stream;
  std::vector<const command_call*> calls;
  std::vector<const recorded_event*> events;
};

class checker {
public:
  checker(const history& what, const std::vector<recorded_event>& log, amount_of amount)
      : history_{what}, log_{log}, amount_{amount} {}

  std::vector<std::string> check() {
    for (const auto& [id, call] : history_.commands()) {
      auto& one = effects_[{call.stream, call.command_id}];
      one.stream = call.stream;
      one.calls.push_back(&call);
    }
    check_order();
    check_answered(history_.commands());
    check_answered(history_.reads());
    for (const auto& [key, one] : effects_)
      check_effect(to_string(key.first) + " " + key.second, one);
    for (const auto& [id, call] : history_.reads()) check_read(call);
    for (const auto& event : history_.shown()) check_shown(event);
    return std::move(violations_);
  }

private:
  void complain(std::string what) { violations_.push_back(std::move(what)); }

  void check_order() {
    for (const auto& event : log_) {
      const position next{0, ++offset_};
      if (event.position != next)
        complain("a gap in the positions: " + number(event.position.offset) + " stands where " +
                 number(next.offset) + " should");
      streams_[event.stream].push_back(&event);
      auto& sums = sums_[event.stream];
      sums.push_back((sums.empty() ? 0 : sums.back()) + amount_(event));
      if (event.version.value != sums.size())
        complain("a gap in the versions of " + to_string(event.stream) + ": " +
                 number(event.version.value) + " stands where " + number(sums.size()) + " should");
      const auto known = effects_.find({event.stream, event.metadata.command_id});
      if (known == effects_.end())
        complain(to_string(event.stream) + " has an event that nobody sent, of " +
                 event.metadata.command_id);
      else
        known->second.events.push_back(&event);
    }
  }

  template <class Calls>
  void check_answered(const Calls& calls) {
    for (const auto& [id, call] : calls) {
      if (call.answers.size() == 1) continue;
      complain("call " + number(id) + " to " + to_string(call.stream) +
               (call.answers.empty() ? " was never answered" : " was answered twice"));
    }
  }

  /// What the command makes when it is decided on top of the stream's first events.
  std::vector<new_event> decided_at(const effect& one, version at) const {
    const auto found = streams_.find(one.stream);
    const auto there = found == streams_.end() ? std::size_t{0} : found->second.size();
    const auto count = std::min<std::size_t>(at.value, there);
    std::vector<const recorded_event*> before;
    if (count > 0) before.assign(found->second.begin(), found->second.begin() + count_of(count));
    return one.calls.front()->decide_again(before);
  }
  static std::ptrdiff_t count_of(std::size_t n) { return static_cast<std::ptrdiff_t>(n); }

  void check_effect(const std::string& name, const effect& one) {
    bool may_be_there = false;
    const acknowledgement* first = nullptr;
    for (const auto* call : one.calls)
      for (const auto& answer : call->answers) {
        // Without events nothing is left of a command, and a repeat is decided anew.
        if (answer && (answer->events > 0 || !one.events.empty() ||
                       !decided_at(one, answer->version).empty())) {
          check_acknowledged(name, one, *call, *answer);
          if (first) check_same(name, *first, *answer);
          if (!first || first->repeated) first = &*answer;
        }
        may_be_there =
            may_be_there || answer.ok() || effect_of(answer.error().code) == acta::effect::unknown;
      }
    if (one.events.empty()) return;
    if (!may_be_there) return complain(name + " was refused, and is there");
    check_events(name, one);
  }

  void check_same(const std::string& name, const acknowledgement& first,
                  const acknowledgement& again) {
    if (first.version != again.version || first.events != again.events)
      complain(name + " was answered with version " + number(first.version.value) + ", and then " +
               number(again.version.value));
    if (!first.repeated && !again.repeated)
      complain(name + " was answered twice as if it were new");
  }

  void check_acknowledged(const std::string& name, const effect& one, const command_call& call,
                          const acknowledgement& got) {
    if (one.events.empty()) return complain(name + " was acknowledged, and is lost");
    const auto whole = decided_at(one, {one.events.front()->version.value - 1}).size();
    if (got.events != whole)
      complain(name + " was answered as " + number(got.events) + " events, and is " +
               number(whole));
    const auto last = one.events.back()->version;
    if (one.events.size() == whole && got.version != last)
      complain(name + " was acknowledged at version " + number(got.version.value) + ", and is at " +
               number(last.value));
    if (!got.repeated) check_comes_after(name, one, call);
  }

  /// What was acknowledged before a command was sent stands before it.
  void check_comes_after(const std::string& name, const effect& one, const command_call& call) {
    for (const auto& [key, other] : effects_) {
      if (&other == &one || other.events.empty() ||
          other.events.back()->position < one.events.front()->position)
        continue;
      for (const auto* before : other.calls)
        if (before->ended != 0 && before->ended < call.began && before->answers.back().ok())
          return complain(name + " stands before " + to_string(key.first) + " " + key.second +
                          ", which was acknowledged before it was sent");
    }
  }

  void check_events(const std::string& name, const effect& one) {
    const auto decided = decided_at(one, {one.events.front()->version.value - 1});
    if (one.events.size() > decided.size() && !decided.empty())
      return complain(name + " took effect twice");
    if (one.events.size() < decided.size()) return complain(name + " is there in part");
    for (std::size_t i = 0; i < one.events.size(); ++i) {
      const auto& there = *one.events[i];
      if (there.position.offset != one.events[0]->position.offset + i)
        return complain(name + " is not in one piece");
      if (i >= decided.size() ||
          decided[i] != new_event{there.type, there.schema_version, there.payload})
        return complain(
            name +
            " has other bytes than were sent: decided again on top of the events before "
            "it, its command makes others");
    }
  }

  /// The newest version of a stream that anybody here knew of at a moment.
  version known_at(std::uint64_t moment, const stream_id& stream) const {
    version newest{};
    const auto learn = [&](const auto& call) {
      if (call.stream == stream && call.ended < moment)
        for (const auto& answer : call.answers)
          if (answer) newest = std::max(newest, answer->version);
    };
    for (const auto& [id, call] : history_.commands())
      if (call.from == history::sender::here) learn(call);
    for (const auto& [id, call] : history_.reads()) learn(call);
    return newest;
  }

  void check_read(const read_call& call) {
    for (const auto& answer : call.answers) {
      if (!answer) continue;
      const auto& sums = sums_[call.stream];
      const auto name =
          "a view of " + to_string(call.stream) + " at version " + number(answer->version.value);
      if (const auto floor = known_at(call.began, call.stream); answer->version < floor)
        complain(name + " lacks version " + number(floor.value) + ", which was known before");
      if (answer->version.value > sums.size()) {
        complain(name + " shows what is not there in the end");
      } else if (answer->sum != (answer->version.value ? sums[answer->version.value - 1] : 0)) {
        complain(name + " is not the sum of its events");
      }
    }
  }

  void check_shown(const recorded_event& event) {
    const auto at = event.position.offset;
    if (at == 0 || at > log_.size() || log_[at - 1] != event)
      complain("position " + number(at) + " was shown otherwise than it is in the end");
  }

  const history& history_;
  const std::vector<recorded_event>& log_;
  amount_of amount_;
  std::uint64_t offset_ = 0;
  std::map<stream_id, std::vector<std::int64_t>> sums_;  // after each version
  std::map<stream_id, std::vector<const recorded_event*>> streams_;
  std::map<std::pair<stream_id, std::string>, effect> effects_;
  std::vector<std::string> violations_;
};

}  // namespace

std::vector<std::string> check(const history& what, const std::vector<recorded_event>& log,
                               amount_of amount) {
  return checker{what, log, amount}.check();
}

std::vector<std::string> check_contracts_of_events(
    const std::map<std::string, std::string>& contracts, const std::vector<recorded_event>& log) {
  std::set<std::string> stored, kept;
  for (const auto& event : log)
    stored.insert(std::string{event.stream.type()} + "/" + event.type + "/" +
                  std::to_string(event.schema_version));
  for (const auto& [name, schema] : contracts) kept.insert(name);
  std::vector<std::string> violations;
  for (const auto& name : stored)
    if (!kept.contains(name)) violations.push_back("an event without its contract " + name);
  for (const auto& name : kept)
    if (!stored.contains(name)) violations.push_back("a contract without an event, " + name);
  return violations;
}

std::vector<std::string> check_balances(const std::map<stream_id, std::int64_t>& views,
                                        const std::vector<recorded_event>& log, amount_of amount) {
  std::vector<std::string> violations;
  auto left = views;
  std::int64_t sum = 0;
  for (const auto& event : log) {
    left[event.stream] -= amount(event);
    sum += amount(event);
  }
  for (const auto& [stream, rest] : left)
    if (rest != 0)
      violations.push_back("the view of " + to_string(stream) + " is " + std::to_string(rest) +
                           " more than its events");
  for (const auto& [stream, balance] : views) sum -= balance;
  if (sum != 0)
    violations.push_back("all events sum up to " + std::to_string(sum) + " more than all views");
  return violations;
}

}  // namespace acta::testing
