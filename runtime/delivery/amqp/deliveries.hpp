// What becomes of the messages that a broker delivered and that are not settled yet:
//
//   taken -> waits for those before it of its aggregate -> sent -> answered
//     an answer, or a repeat        ->  acknowledged
//     an error that may pass        ->  sent again, with growing waits; later ones of its aggregate
//                                       wait behind it, others pass
//     any other error, or too long  ->  published as a dead letter; acknowledged once the broker
//                                       has confirmed that it has it
//
// It decides, and does nothing itself: take_steps() says what is to be done.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/call.hpp"

namespace acta::internal {

/// One thread. Messages are known by the broker's number of their delivery, its tag.
class deliveries {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using tag = std::uint64_t;

  struct settings {
    /// From the first answer that may pass on; after that it is a dead letter.
    std::chrono::milliseconds retry_for{600'000};
    std::chrono::milliseconds least_wait{20};
    std::chrono::milliseconds most_wait{2'000};
    /// Messages that are older than this are given back to the queue when they would wait on: a
    /// broker closes the channel of one that is held for 30 minutes.
    std::chrono::milliseconds held_at_most{20 * 60'000};
  };

  enum class act {
    send,         ///< To the node.
    publish,      ///< As a dead letter, for the reason `why`.
    acknowledge,  ///< At the queue.
    give_back,    ///< To the queue, which delivers it again.
  };
  struct step {
    act what;
    tag message;
    error why = {};

    bool operator==(const step&) const = default;
  };

  explicit deliveries(settings how) : how_{how} {}

  /// A message for the aggregate `line`.
  void take(tag message, std::string line, time_point now);
  /// A message that cannot be sent to anybody.
  void refuse(tag message, error why, time_point now);
  /// What a message that was sent ended in; nothing if it is not known any more.
  void answered(tag message, const result<receipt>& outcome, time_point now);
  /// The broker has the dead letter.
  void confirmed(tag message);
  /// Takes nothing more: what was not sent or comes after that is given back, and what an error
  /// that may pass sends back as well. The rest goes on.
  void refuse_new();
  /// Sends again what has waited long enough.
  void wake(time_point now);

  /// What is to be done now, in order; each step once. A message that is acknowledged or given back
  /// is not known any more.
  [[nodiscard]] std::vector<step> take_steps() { return std::exchange(steps_, {}); }
  /// When wake() has something to do.
  [[nodiscard]] std::optional<time_point> next_wake() const;
  [[nodiscard]] std::size_t size() const { return held_.size(); }
  /// Of them, those whose answer is awaited.
  [[nodiscard]] std::size_t sent() const { return sent_; }

private:
  struct held {
    std::string line = {};  // empty: refused when it came
    time_point taken_at = {};
    std::optional<time_point> failed_first = {};
    std::chrono::milliseconds wait{0};
    bool is_sent = false;
    bool is_published = false;
  };
  using held_messages = std::unordered_map<tag, held>;

  void send(tag message, held& one);
  void retry(tag message, held& one, const error& why, time_point now);
  void publish(tag message, held& one, error why);
  void settle(held_messages::iterator one, act how);
  /// Lets the next of its aggregate go.
  void leave_line(tag message, const held& one);

  const settings how_;
  held_messages held_;
  std::unordered_map<std::string, std::deque<tag>> lines_;  // the first of each is under way
  std::set<std::pair<time_point, tag>> waiting_;
  std::vector<step> steps_;
  std::size_t sent_ = 0;
  bool refusing_ = false;
};

}  // namespace acta::internal
