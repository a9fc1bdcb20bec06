// What clients sent and what they heard, and the checker that holds it against the log: the judge
// in every test that crashes, fails or shuffles something.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"

namespace acta::testing {

/// What an answer to a command said.
struct acknowledgement {
  acta::version version{};
  std::size_t events = 0;
  bool repeated = false;
};
/// What an answer to a query said. Version 0: there is no such aggregate.
struct seen_view {
  acta::version version{};
  std::int64_t sum = 0;
};

/// The calls of all clients and their answers, in the order in which they happened. A call is told
/// when it begins; its answer may be told late, which only makes the check milder. A command is
/// known by its stream and its command id: calls that have both in common are repeats. One thread.
class history {
public:
  using call_id = std::size_t;

  /// What another node writes, readers here learn of when the next write meets it, not before.
  enum class sender { here, elsewhere };
  /// Decides a command again on top of its stream's events before it. Gives the events that it must
  /// have made, none if it refuses.
  using decider =
      std::function<std::vector<new_event>(const std::vector<const recorded_event*>& before)>;
  /// A command is sent.
  call_id sends(stream_id stream, std::string command_id, decider decide_again,
                sender from = sender::here);
  /// The same for a command that makes these events, whatever was before.
  call_id sends(stream_id stream, std::string command_id, std::vector<new_event> events,
                sender from = sender::here);
  call_id reads(stream_id stream);
  void answered(call_id call, result<acknowledgement> what);
  void answered(call_id call, result<seen_view> what);
  /// A subscriber, or a reader of the log, was shown an event.
  void shown(recorded_event event);

  struct command_call {
    stream_id stream;
    std::string command_id;
    decider decide_again;
    sender from = sender::here;
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
    std::vector<result<acknowledgement>> answers;  ///< One, if all is well.
  };
  struct read_call {
    stream_id stream;
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
    std::vector<result<seen_view>> answers;
  };
  [[nodiscard]] const std::map<call_id, command_call>& commands() const { return commands_; }
  [[nodiscard]] const std::map<call_id, read_call>& reads() const { return reads_; }
  [[nodiscard]] const std::vector<recorded_event>& shown() const { return shown_; }

private:
  std::uint64_t now_ = 0;
  std::map<call_id, command_call> commands_;
  std::map<call_id, read_call> reads_;
  std::vector<recorded_event> shown_;
};

/// What an event adds to the sum of its stream's view.
using amount_of = std::int64_t (*)(const recorded_event&);

/// Holds a history against all events that are there in the end, in the order in which the log
/// gives them. Returns a sentence for everything that must not be:
/// - a gap in the positions or in a stream's versions;
/// - an event that nobody sent, or that is not what its command makes when it is decided again on
///   top of the events before it;
/// - an effect that was acknowledged and is not there, or twice, in part, at another version or
///   before what was acknowledged when it was sent; one that was refused and is there. An unknown
///   one may be there, whole, or not;
/// - a repeat that was answered otherwise than the first call; a call that was not answered, or
///   twice;
/// - a view that is not the sum of its stream's first events, that lacks what was acknowledged or
///   read before it was asked for, or that has what is not there in the end.
std::vector<std::string> check(const history& what, const std::vector<recorded_event>& log,
                               amount_of amount);

/// Holds a journal's contracts against its events: each kind of event came with its schema, and
/// there is none without such an event. Returns a sentence for each that is alone.
std::vector<std::string> check_contracts_of_events(
    const std::map<std::string, std::string>& contracts, const std::vector<recorded_event>& log);

/// Holds the views of all aggregates, in the end, against the log: each the sum of its events, and
/// all of them together the sum of all.
std::vector<std::string> check_balances(const std::map<stream_id, std::int64_t>& views,
                                        const std::vector<recorded_event>& log, amount_of amount);

}  // namespace acta::testing
